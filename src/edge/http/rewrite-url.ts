const repeatedSlash = /\/{2,}/g
/** A page that names its files beside itself. */
const folder = '/graphiql/'

/**
 * Makes the function that turns a request's URL into the path we serve: without the public prefix, without repeated slashes
 * in the path, and without one at its end. Proxies differ in whether they strip the prefix, so both forms arrive.
 */
export function urlRewriter(publicUrl: URL): (url: string) => string {
  const prefix = publicUrl.pathname.replace(/\/+$/, '')
  return (url) => {
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const clean = path.includes('//') ? path.replace(repeatedSlash, '/') : path
    const own = withoutLastSlash(withoutPrefix(clean, prefix))
    if (own === path) return url
    return mark < 0 ? own : own + url.slice(mark)
  }
}

const withoutLastSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') && path !== folder ? path.slice(0, -1) : path

function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || !path.startsWith(prefix)) return path
  if (path.length === prefix.length) return '/'
  return path.charCodeAt(prefix.length) === 47 ? path.slice(prefix.length) : path
}
