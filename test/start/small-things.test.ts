import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readConfig } from '#services/kernel/config/config.js'

describe('Files of the repository', () => {
  it('the reference agent explains itself (DF-F)', () => {
    const end = spawnSync(process.execPath, ['examples/agent/main.ts', '--help'], { encoding: 'utf8' })
    expect([end.status, end.stderr]).toEqual([0, expect.stringMatching(/^Usage: node examples\/agent\/main\.ts/m)])
    expect(end.stderr).not.toMatch(/\n\s+at /)
  })

  it('backups and the secrets of Compose are ignored by git (DF-F)', () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['*.backup', 'deploy/secrets/']))
  })

  it('the examples of secrets and settings are those that the deployment reads, and make a configuration (DF-F)', () => {
    const named = (text: string) => [...text.matchAll(/file: secrets\/(\w+)/g)].map(([, name]) => name!)
    expect(readdirSync('deploy/secrets.example').toSorted()).toEqual(
      named(readFileSync('deploy/compose.yaml', 'utf8')).toSorted(),
    )
    const env = Object.fromEntries(
      readFileSync('deploy/environment.example', 'utf8')
        .split('\n')
        .filter((line) => /^\w+=/.test(line))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
        .map(([name, value]) => [name, value.replace('/etc/stackgate/', 'deploy/secrets.example/')] as const),
    )
    expect(readConfig(env)).toMatchObject({
      mode: 'test',
      userTokens: { issuer: 'https://id.example.com/' },
      warnings: [],
    })
  })

  it('Compose does not start a server without a key set for user tokens (DF-F)', () => {
    expect(readFileSync('deploy/compose.yaml', 'utf8')).toMatch(
      /AUTH_JWKS_URL: \$\{AUTH_JWKS_URL:\?.*nobody can sign in\}/,
    )
  })
})
