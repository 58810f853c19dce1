import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** PayPal's OpenAPI files as published on npm, and the checksum of the package. */
const PACKAGE = '@paypal/paypal-rest-api-specifications@1.0.0'
const INTEGRITY = 'sha512-eqXIvFXi0OJIrMwUhbFoHnB7p/n4R+jeG/NTSpZRDGXsxAw3zbE4jYsNzTwsVDnGTDEZCZv9PIa8tEXktEVD6Q=='

/** The package registry did not respond, so nothing can be compared. */
export class RegistryUnreachable extends Error {}

export interface DownloadedSpecifications {
  /** The folder of the unpacked package. */
  readonly folder: string
  readonly remove: () => void
}

/**
 * Downloads and unpacks PayPal's OpenAPI files. They are not a dependency of the project: the package depends on several hundred others that
 * only its authors use, and the way to leave those out of an installation does not work with npm 9.
 */
export async function downloadSpecifications(): Promise<DownloadedSpecifications> {
  const temporary = mkdtempSync(join(tmpdir(), 'paypal-specifications-'))
  const remove = () => rmSync(temporary, { recursive: true, force: true })
  try {
    const archive = join(temporary, await pack(temporary))
    const checksum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (checksum !== INTEGRITY) throw new Error(`${PACKAGE} has the checksum ${checksum} instead of ${INTEGRITY}`)
    await exec('tar', ['-xzf', archive, '-C', temporary])
    return { folder: join(temporary, 'package'), remove }
  } catch (error) {
    remove()
    throw error
  }
}

async function pack(folder: string): Promise<string> {
  try {
    const { stdout } = await exec('npm', ['pack', PACKAGE, '--json', '--pack-destination', folder], { timeout: 60_000 })
    const [packed] = JSON.parse(stdout) as { filename: string }[]
    return packed!.filename.replace(/^@/, '').replaceAll('/', '-')
  } catch (error) {
    throw new RegistryUnreachable(`${PACKAGE} could not be downloaded: ${(error as Error).message}`)
  }
}
