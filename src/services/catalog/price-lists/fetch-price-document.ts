import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { request, type Dispatcher } from 'undici'
import type { PriceFeedRow } from '#entities/catalog/price-feed.entity.js'
import { PriceDocumentError } from '#services/catalog/prices/read-price-document.js'
import { catalogPath } from '#services/catalog/load/read-catalog-file.js'
import type { Config } from '#services/kernel/config/config.js'
import { ForbiddenTarget } from '#services/kernel/outbound/address-guard.js'
import { readEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import type { Timers } from '#services/kernel/time/timers.js'

const MAX_BYTES = 8 * 1_048_576
const TIMEOUT_MS = 15_000

/** A document with the validators of its server. Null if it has not changed. */
export type FetchedDocument = { readonly text: string } & Pick<PriceFeedRow, 'etag' | 'lastModified'>

/**
 * Reads the document of a feed from its file or URL, under the rules of requests to addresses of the operator. Redirects are not followed.
 * @throws PriceDocumentError with the reason
 */
export async function fetchPriceDocument(
  { config, timers, pool }: { readonly config: Config; readonly timers: Timers; readonly pool: Dispatcher },
  source: string,
  known: Pick<PriceFeedRow, 'etag' | 'lastModified'>,
): Promise<FetchedDocument | null> {
  if (!URL.canParse(source))
    return {
      text: await readText(resolve(dirname(catalogPath(config.catalog)), source)),
      etag: null,
      lastModified: null,
    }
  const target = readEndpointUrl(config, null, source)
  if (target.problem !== null) throw new PriceDocumentError(target.problem)
  try {
    const response = await request(target.url, {
      dispatcher: pool,
      headers: {
        accept: 'application/json',
        'user-agent': 'Stackgate-Prices/1',
        ...(known.etag && { 'if-none-match': known.etag }),
        ...(known.lastModified && { 'if-modified-since': known.lastModified }),
      },
      signal: timers.timeoutSignal(TIMEOUT_MS),
    })
    const { statusCode, headers } = response
    if (statusCode !== 200) {
      await response.body.dump({ limit: 16_384 })
      if (statusCode === 304) return null
      throw new PriceDocumentError(`The response has the status ${statusCode}.`)
    }
    const text = await limited(response.body)
    const header = (name: string) => (typeof headers[name] === 'string' ? headers[name].slice(0, 500) : null)
    return { text, etag: header('etag'), lastModified: header('last-modified') }
  } catch (error) {
    if (error instanceof PriceDocumentError) throw error
    if (error instanceof ForbiddenTarget) throw new PriceDocumentError(`The address is refused: ${error.message}.`)
    const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string }
    throw new PriceDocumentError(
      name === 'TimeoutError' || code.includes('TIMEOUT')
        ? `No complete response arrived within ${TIMEOUT_MS / 1000} s.`
        : `The document was not reached (${code || name || 'no response'}).`,
    )
  }
}

async function limited(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > MAX_BYTES) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function readText(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new PriceDocumentError(`The file cannot be read (${error.code}).`)
  })
  try {
    if ((await file.stat()).size > MAX_BYTES) throw tooLarge()
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

const tooLarge = () => new PriceDocumentError(`The document has more than ${MAX_BYTES / 1_048_576} MiB.`)
