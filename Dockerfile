# Builds with everything, runs with the least.
FROM node:26-slim AS build
WORKDIR /rollcall
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /rollcall
COPY --from=build /rollcall/package.json ./
COPY --from=build /rollcall/node_modules ./node_modules
COPY --from=build /rollcall/bin ./bin
COPY --from=build /rollcall/dist ./dist
COPY --from=build /rollcall/config ./config
RUN mkdir data && chown node:node data
USER node
VOLUME /rollcall/data
EXPOSE 8787
# From outside the container it is reached only with a configuration that listens on 0.0.0.0 and has tokens.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/rollcall.js"]
CMD ["serve"]
