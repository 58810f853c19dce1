import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { misspellings, unnamed } from '#test/support/misspellings.js'
import { SAMPLE } from '#test/support/sample.js'
import { loadEnvironmentFile } from '#cli/environment-file.js'

describe('.env', () => {
  const before = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-env-'))
  beforeAll(() => process.chdir(folder))
  afterAll(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  })

  it('is refused with the nearest names if settings are misspelled', () => {
    writeFileSync('.env', 'STRIPE_SECERT_KEY=sk_live_1\nDATABSE_URL=postgres://db/x\nMY_OWN_SETTING=1\n')
    const problem = loadEnvironmentFile()
    for (const [name, nearest] of [
      ['STRIPE_SECERT_KEY', 'STRIPE_SECRET_KEY'],
      ['DATABSE_URL', 'DATABASE_URL'],
    ])
      expect(problem).toContain(`${name} is unknown. Did you mean ${nearest}?`)
    expect(problem).not.toContain('MY_OWN_SETTING')
  })

  it(`is refused for each misspelled setting, of every length (${SAMPLE})`, () => {
    // The others are names of the environment in another test.
    const all = [...misspellings(), 'CATALGO', 'CATALOGUE', 'PROT', 'PORTS', 'MODES']
    writeFileSync('.env', all.map((name) => `${name}=x\n`).join(''))
    expect(unnamed(all, loadEnvironmentFile()!.split(/(?<=\?) |(?<=env:) /))).toEqual([])
  })

  it('can have names of other programs', () => {
    writeFileSync('.env', 'STACKGATE_TEST_OF_ENV=1\n')
    expect(loadEnvironmentFile()).toBeNull()
  })
})
