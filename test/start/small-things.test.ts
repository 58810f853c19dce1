import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readConfig } from '#services/kernel/config/config.js'

describe('Files of the repository', () => {
  it('include a reference agent with a help text (DF-F)', () => {
    const end = spawnSync(process.execPath, ['examples/agent/main.ts', '--help'], { encoding: 'utf8' })
    expect([end.status, end.stderr]).toEqual([0, expect.stringMatching(/^Usage: node examples\/agent\/main\.ts/m)])
    expect(end.stderr).not.toMatch(/\n\s+at /)
  })

  it('exclude backups and Compose secrets from git (DF-F)', () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['*.backup', 'deploy/secrets/']))
  })

  it('include examples of secrets and settings that form a valid configuration (DF-F)', () => {
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

  it('do not start a server by Compose without a key set for user tokens (DF-F)', () => {
    expect(readFileSync('deploy/compose.yaml', 'utf8')).toMatch(
      /AUTH_JWKS_URL: \$\{AUTH_JWKS_URL:\?.*nobody can sign in\}/,
    )
  })
})
