import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { MiddlewareHandler } from 'hono'
import type { DoorEnv } from './env.ts'
import type { Doors } from './route.ts'

/** Vite puts a hash of the content into these names: what they hold never changes. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/

const UNBUILT = `<!doctype html>
<html lang="en">
<title>Rollcall</title>
<h1>Rollcall is running</h1>
<p>The dashboard has not been built. Run <code>npm run build</code>, then load this page again.
<p>The API is described in <a href="/openapi.json">openapi.json</a>.
`

/** The page and its files. They hold no data: that comes through the API, with a token. */
export function dashboardRoutes(doors: Doors, web: string | null): void {
  let files: MiddlewareHandler<DoorEnv> | null = null
  /** Looked for at each request, since the page may be built while we run. */
  const built = (): MiddlewareHandler<DoorEnv> | null => {
    if (web === null || !existsSync(join(web, 'index.html'))) return null
    files ??= serveStatic<DoorEnv>({ root: web })
    return files
  }

  doors.get('/*', async (c, next) => {
    const hidden = /\/\./.test(c.req.path)
    const page = hidden ? null : built()
    const file = page === null ? undefined : await page(c, next)
    if (file instanceof Response) {
      const isHashed = HASHED.test(c.req.path)
      file.headers.set('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
    if (page !== null) return file
    return c.req.path === '/' ? c.html(UNBUILT, 200, { 'cache-control': 'no-cache' }) : next()
  })
}
