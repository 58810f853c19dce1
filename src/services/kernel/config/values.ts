import { z } from 'zod'

/** An empty variable is one that is not set. */
const blankIsMissing = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value)
export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsMissing, schema.optional())

export const httpUrl = z.string().transform((text, issues) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && !url.username) return url
  issues.addIssue({ code: 'custom', message: 'expected an http or https URL' })
  return z.NEVER
})

/** Items separated by commas or line breaks. */
export const list = z.string().transform((text) =>
  text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter(Boolean),
)

export function withTrailingSlash(url: URL): URL {
  return url.pathname.endsWith('/') ? url : new URL(`${url.pathname}/`, url)
}

/** Values of `HOST` at which a server can be reached from its own machine only. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost']
