import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The certificates behind PayPal's webhooks, as PEM; the leaf's key signs. */
export interface CertificateChain {
  root: string
  intermediate: string
  leaf: string
  leafKey: string
}

/** The file of a data folder in which a product finds the root that it shall trust. */
export const ROOT_FILE = 'paypal-root.pem'

const CHAIN_FILE = 'paypal-certificates.json'
const WORN_OUT = 30 * 24 * 60 * 60 * 1000

/**
 * Certificate chain of a folder, created once. Without a folder it is new. If several processes create it concurrently,
 * the first to finish wins and all use its chain.
 */
export async function certificateChain(folder: string | null): Promise<CertificateChain> {
  if (folder === null) return newChain()
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const file = join(folder, CHAIN_FILE)
  const chain = read(file) ?? (await keepFirst(file))
  storeRoot(join(folder, ROOT_FILE), chain.root)
  return chain
}

/** The name under which a chain is served; another chain has another name, for receivers keep what they fetched. */
export function nameOf({ leaf }: CertificateChain): string {
  return `CERT-${createHash('sha256').update(leaf).digest('hex').slice(0, 24)}`
}

/** Replaces the file as a whole: another process may read it at the same time. */
function storeRoot(file: string, root: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === root) return
  const draft = draftOf(file)
  writeFileSync(draft, root)
  renameSync(draft, file)
}

const draftOf = (file: string): string => `${file}.${process.pid}.${process.hrtime.bigint()}`

async function keepFirst(file: string): Promise<CertificateChain> {
  const draft = draftOf(file)
  writeFileSync(draft, JSON.stringify(await newChain()), { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as CertificateChain
}

/** Returns the stored chain. Undefined if there is none or if it expires soon; an expiring chain is deleted. */
function read(file: string): CertificateChain | undefined {
  let chain: CertificateChain
  try {
    chain = JSON.parse(readFileSync(file, 'utf8')) as CertificateChain
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (Date.parse(new X509Certificate(chain.leaf).validTo) > Date.now() + WORN_OUT) return chain
  unlinkSync(file)
  return undefined
}

/** Loaded only where a chain must be made: starting must be quick. */
async function newChain(): Promise<CertificateChain> {
  const { makeChain } = await import('./make-chain.js')
  return makeChain()
}
