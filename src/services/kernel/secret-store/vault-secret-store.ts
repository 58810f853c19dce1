import type { Upstream, UpstreamCall } from '../outbound/upstream.js'
import type { SecretStore } from './secret-store.js'

/** The mount of the key-value engine, version 2; `secret` is Vault's own default. */
const MOUNT = 'secret'

/** Keeps secrets in HashiCorp Vault, key-value engine version 2, each as `{"token": "…"}` at its path. */
export function vaultSecretStore(upstream: Upstream, { address, token }: { address: URL; token: string }): SecretStore {
  const call = (method: UpstreamCall['method'], kind: 'data' | 'metadata', path: string, body?: object) =>
    upstream.call({
      method,
      url: new URL(`v1/${MOUNT}/${kind}/${path.split('/').map(encodeURIComponent).join('/')}`, withSlash(address)),
      route: `kv ${method.toLowerCase()}`,
      headers: { 'x-vault-token': token, 'x-vault-request': 'true' },
      ...(body ? { body } : {}),
      // A secret written twice is one more version of the same.
      retries: 2,
    })
  return {
    kind: 'vault',
    async read(path) {
      const { status, body } = await call('GET', 'data', path)
      if (status === 404) return null
      const value = (body as { data?: { data?: { token?: unknown } } }).data?.data?.token
      return typeof value === 'string' ? value : null
    },
    async write(path, value) {
      const { status } = await call('POST', 'data', path, { data: { token: value } })
      if (status >= 300) throw new Error(`Vault responded with ${status} to a write`)
    },
    async remove(path) {
      // All versions and the key itself: a deleted latest version alone could be brought back.
      const { status } = await call('DELETE', 'metadata', path)
      if (status >= 300 && status !== 404) throw new Error(`Vault responded with ${status} to a delete`)
    },
  }
}

const withSlash = (url: URL): URL => (url.pathname.endsWith('/') ? url : new URL(`${url.href}/`))
