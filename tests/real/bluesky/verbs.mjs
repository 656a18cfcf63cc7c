import { Buffer } from 'node:buffer'
import { OWN_DOMAIN } from './servers.mjs'

const ADMIN = `Basic ${Buffer.from('admin:admin-pass').toString('base64')}`

/**
 * What can be done to accounts, each as its owner or the server's own operator would do it over XRPC.
 * Accounts are named by their DID; `create` answers with it.
 */
export function createVerbs({ a, b, app, domains, shown }) {
  /** By DID: where the account lives and its owner's session there. */
  const homes = new Map()

  const asOwner = (did, method, body) => call(homes.get(did).pds, method, bearer(homes.get(did).token), body)

  async function create({ handle }) {
    const { did, accessJwt } = await call(a, 'server.createAccount', {}, details(handle))
    homes.set(did, { pds: a, token: accessJwt, email: details(handle).email })
    return { did }
  }

  async function rename({ did, handle }) {
    if (handle.endsWith(OWN_DOMAIN)) domains.set(handle, did)
    await asOwner(did, 'identity.updateHandle', { handle })
  }

  const takedown = (pds, applied, did) =>
    call(
      pds,
      'admin.updateSubjectStatus',
      { authorization: ADMIN },
      {
        subject: { $type: 'com.atproto.admin.defs#repoRef', did },
        takedown: { applied, ref: 'rollcall-test' },
      },
    )

  /** From A to B as atproto.com/guides/account-migration has it; a handle in an owner's domain is kept. */
  async function migrate({ did, handle }) {
    const old = homes.get(did)
    const passage = await call(
      a,
      `server.getServiceAuth?aud=${encodeURIComponent(b.ctx.cfg.service.did)}&lxm=com.atproto.server.createAccount`,
      bearer(old.token),
    )
    const { accessJwt } = await call(b, 'server.createAccount', bearer(passage.token), {
      ...details(handle),
      email: old.email,
      did,
    })
    await call(b, 'repo.importRepo', bearer(accessJwt), await call(a, `sync.getRepo?did=${did}`, bearer(old.token)))
    const credentials = await call(b, 'identity.getRecommendedDidCredentials', bearer(accessJwt))
    await call(a, 'identity.requestPlcOperationSignature', bearer(old.token), null)
    const signed = await call(a, 'identity.signPlcOperation', bearer(old.token), {
      ...credentials,
      token: await mailedToken(a, did),
    })
    await call(b, 'identity.submitPlcOperation', bearer(accessJwt), signed)
    // A relay would not believe the old host any more; this app does, so that the old one speaks first.
    await call(a, 'server.deactivateAccount', bearer(old.token), {})
    await shown()
    await call(b, 'server.activateAccount', bearer(accessJwt), null)
    homes.set(did, { ...old, pds: b, token: accessJwt })
  }

  return {
    create,
    rename,
    migrate,
    deactivate: ({ did }) => asOwner(did, 'server.deactivateAccount', {}),
    activate: ({ did }) => asOwner(did, 'server.activateAccount', null),
    takedownAtHost: ({ did }) => takedown(homes.get(did).pds, true, did),
    restoreAtHost: ({ did }) => takedown(homes.get(did).pds, false, did),
    takedownInApp: ({ did }) => takedown(app, true, did),
    restoreInApp: ({ did }) => takedown(app, false, did),
    delete: ({ did }) => call(homes.get(did).pds, 'admin.deleteAccount', { authorization: ADMIN }, { did }),
    /** The account moves to `to`, and a newcomer gets the handle it had. */
    async takeOver({ did, handle, to }) {
      await rename({ did, handle: to })
      return { by: (await create({ handle })).did }
    },
  }
}

const details = (handle) => ({
  handle,
  email: `${handle.split('.')[0]}.${Date.now()}@rollcall.test`,
  password: 'hunter22',
})

const bearer = (token) => ({ authorization: `Bearer ${token}` })

/** The one thing that would come by e-mail. */
async function mailedToken(pds, did) {
  const { token } = await pds.ctx.accountManager.db.db
    .selectFrom('email_token')
    .select('token')
    .where('did', '=', did)
    .where('purpose', '=', 'plc_operation')
    .executeTakeFirstOrThrow()
  return token
}

/** A query without `body`, a procedure with one (null for none). */
async function call({ url }, method, headers, body) {
  const bytes = body instanceof Uint8Array
  const answer = await globalThis.fetch(`${url}/xrpc/com.atproto.${method}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(body && { 'content-type': bytes ? 'application/vnd.ipld.car' : 'application/json' }) },
    ...(body && { body: bytes ? body : JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method.split('?')[0]}: ${answer.status} ${await answer.text()}`)
  const type = answer.headers.get('content-type') ?? ''
  if (type.startsWith('application/vnd.ipld.car')) return new Uint8Array(await answer.arrayBuffer())
  const text = await answer.text()
  return type.startsWith('application/json') ? JSON.parse(text) : text
}
