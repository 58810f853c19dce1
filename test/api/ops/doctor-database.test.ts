import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { examineInstallation } from '#startup/examine-installation.js'
import { freePort } from '#test/support/free-port.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** A setting with a cause, what its remedy names, and the check that finds it. */
interface Cause {
  readonly cause: string
  readonly url: () => Promise<string> | string
  readonly remedy: RegExp
  readonly check: string
}

const of = (cause: string, url: Cause['url'], remedy: RegExp, check = 'database'): Cause => ({
  cause,
  url,
  remedy,
  check,
})

describe('Doctor of a database that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-doctor-'))
  const roles: string[] = []
  const databases: string[] = []
  let server: TestServer
  let noDatabase: Server
  beforeAll(async () => {
    server = await startTestServer()
    noDatabase = createServer((_, response) => response.end())
    await new Promise<void>((done) => noDatabase.listen(0, '127.0.0.1', done))
  })
  afterAll(async () => {
    noDatabase.close()
    for (const name of databases) await server.query(`drop database ${name} with (force)`)
    for (const name of roles) await server.query(`drop role ${name}`)
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(server.databaseUrl)
    change(url)
    return url.href
  }
  const nameOf = (url: string) => new URL(url).pathname.slice(1)
  const withRole = async (name: string, options: string): Promise<string> => {
    const role = `${name}_${nameOf(server.databaseUrl)}`
    await server.query(`create role ${role} password 'secret' ${options}`)
    roles.push(role)
    return changed((url) => Object.assign(url, { username: role, password: 'secret' }))
  }
  const withDatabase = async (name: string, options = ''): Promise<string> => {
    const database = `${name}_${nameOf(server.databaseUrl)}`
    await server.query(`create database ${database} ${options}`)
    databases.push(database)
    return changed((url) => (url.pathname = `/${database}`))
  }
  const closedDatabase = async () => {
    const name = nameOf(await withDatabase('closed'))
    await server.query(`revoke connect on database ${name} from public`)
    const url = new URL(await withRole('stranger', 'login'))
    url.pathname = name
    return url.href
  }
  const ASCII = `encoding 'SQL_ASCII' template template0 locale_provider libc locale 'C'`

  const CAUSES: readonly Cause[] = [
    of('a wrong password', () => changed((url) => (url.password = 'wrong')), /user name and the password/),
    of('an unknown role', () => changed((url) => (url.username = 'nobody_here')), /user name and the password/),
    of('a role without login', () => withRole('nologin', 'nologin'), /alter role … login/),
    of('too many connections', () => withRole('full', 'login connection limit 0'), /DATABASE_CONNECTIONS/),
    of('an absent database', () => changed((url) => (url.pathname = '/absent_here')), /create the database/),
    of('no right to connect', closedDatabase, /grant the role/),
    of('no right to the tables', () => withRole('reader', 'login'), /grant the role/),
    of('an encoding other than UTF8', () => withDatabase('ascii', ASCII), /encoding 'UTF8'/),
    of('no schema', () => changed((url) => url.searchParams.set('options', '-c search_path=nowhere')), /create schema/),
    of('no tables', () => withDatabase('empty'), /release, which creates them/, 'migrations'),
    of('a closed port', async () => `postgres://a:b@127.0.0.1:${await freePort()}/c`, /correct host and port/),
    of('an unknown host', () => changed((url) => (url.hostname = 'nowhere.invalid')), /name server/),
    of('an absent socket', () => 'postgres://a:b@localhost/c?host=/nowhere', /socket/),
    of(
      'another program at the port',
      () => `postgres://a:b@127.0.0.1:${(noDatabase.address() as AddressInfo).port}/c`,
      /no PostgreSQL server/,
    ),
    of(
      'TLS that the server does not have',
      () => changed((url) => url.searchParams.set('sslmode', 'require')),
      /ssl = on/,
    ),
    of('an address that cannot be read', () => 'postgres://a:b@c/d/e', /correct DATABASE_URL/),
    of('neither an address nor a database in the folder', () => '', /start the server once/),
  ]

  it.each(CAUSES)('names the remedy of $cause, and that of no other cause', async ({ url, remedy, check }) => {
    const findings = await examineInstallation({ DATA_DIR: folder, DATABASE_URL: await url() }, false)
    const found = findings.filter(({ status }) => status === 'problem')
    expect(found.map((finding) => [finding.check, finding.todo])).toEqual([[check, expect.stringMatching(remedy)]])
    const others = CAUSES.filter((other) => String(other.remedy) !== String(remedy))
    expect(others.filter((other) => other.remedy.test(found[0]!.todo!))).toEqual([])
  })

  it('names the remedy of tables that are older than this release', async () => {
    const [last] = await server.query<{ name: string }>(
      `delete from migration where name = (select max(name) from migration) returning name`,
    )
    const findings = await examineInstallation({ DATA_DIR: folder, DATABASE_URL: server.databaseUrl }, false)
    await server.query(`insert into migration (name) values ($1)`, [last!.name])
    expect(findings.find(({ check }) => check === 'migrations')).toMatchObject({
      status: 'problem',
      todo: expect.stringContaining('start a server of this release') as string,
    })
  })
})
