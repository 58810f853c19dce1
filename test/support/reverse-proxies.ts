import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { busyFactor } from './patience.js'
import { freePort } from './free-port.js'
import { eventually } from './test-server.js'

export type ProxyName = 'nginx' | 'haproxy' | 'caddy'

/** Certificate of `localhost`, and its key, as PEM. */
interface Certificate {
  readonly certificate: string
  readonly key: string
}

export interface ProxySetup {
  /** Port of the process behind the proxy. */
  readonly backend: number
  /** Replaces `/stacker/` of the shipped files. */
  readonly prefix: string
  /** The proxy then serves https, and redirects callers of http. */
  readonly tls?: Certificate
}

/** A proxy with the files of `deploy/`. */
export interface ReverseProxy {
  readonly url: string
  /** Address that redirects to `url`. Null without a certificate. */
  readonly redirectUrl: string | null
  stop(): Promise<void>
}

interface Ports {
  readonly main: number
  /** Instead of 80. */
  readonly redirect: number
}

interface ProxyProgram {
  readonly version: readonly string[]
  /** Arguments that validate the shipped file. */
  readonly validation: readonly string[]
  /** Writes the shipped file with other addresses into the folder. Returns the arguments that start the program. */
  readonly write: (folder: string, ports: Ports, setup: ProxySetup) => string[]
}

/** A busy machine responds to health checks later than a second. */
const PROGRAMS: Record<ProxyName, ProxyProgram> = {
  nginx: {
    version: ['-v'],
    validation: ['-t', '-q', '-c', join(process.cwd(), 'deploy/nginx.conf')],
    write: (folder, { main: port, redirect }, { backend, prefix, tls }) => {
      const listen = tls ? '' : `listen 127.0.0.1:${port};`
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join(' ')
      const main = read('deploy/nginx.conf')
        .replace('listen 127.0.0.1:8080;', listen)
        .replace('127.0.0.1:4000', `127.0.0.1:${backend}`)
        .replace('http {', `http { access_log off; ${temporary}`)
      writeFileSync(join(folder, 'nginx-locations.conf'), read('deploy/nginx-locations.conf', prefix))
      writeFileSync(
        join(folder, 'nginx.conf'),
        tls
          ? withoutMarks(main, /^ {2}#server \{\n(?: {2}#.*\n)+/m)
              .replace('listen 80;', `listen 127.0.0.1:${redirect};`)
              .replace('#listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
              .replace('#ssl_certificate /etc/ssl/stackgate/fullchain.pem', `ssl_certificate ${folder}/certificate.pem`)
              .replace('#ssl_certificate_key /etc/ssl/stackgate/key.pem', `ssl_certificate_key ${folder}/key.pem`)
          : main,
      )
      return ['-c', join(folder, 'nginx.conf'), '-g', `daemon off; error_log stderr; pid ${folder}/pid;`]
    },
  },
  haproxy: {
    version: ['-v'],
    validation: ['-c', '-f', 'deploy/haproxy.cfg'],
    write: (folder, { main: port, redirect }, { backend, prefix, tls }) => {
      const bind = tls ? '' : `bind 127.0.0.1:${port}`
      const file = read('deploy/haproxy.cfg', prefix)
        .replace('bind 127.0.0.1:8080', bind)
        .replace(/^ {2}server api-1 .*$/m, `  timeout check ${busyFactor()}s\n  server api-1 127.0.0.1:${backend}`)
        .replace(/^ {2}server api-2 .*\n/m, '')
      writeFileSync(
        join(folder, 'haproxy.cfg'),
        tls
          ? withoutMarks(file, /^#frontend .*\n(?:#.*\n)+/m)
              .replace('bind :80\n', `bind 127.0.0.1:${redirect}\n`)
              .replace(
                '#bind :443 ssl crt /etc/haproxy/stackgate.pem',
                `bind 127.0.0.1:${port} ssl crt ${folder}/both.pem`,
              )
          : file,
      )
      return ['-db', '-f', join(folder, 'haproxy.cfg')]
    },
  },
  caddy: {
    version: ['version'],
    validation: ['validate', '--adapter', 'caddyfile', '--config', 'deploy/Caddyfile'],
    write: (folder, { main: port, redirect }, { backend, prefix, tls }) => {
      const site = tls
        ? `https://localhost:${port} {\n\ttls ${folder}/certificate.pem ${folder}/key.pem`
        : `http://:${port} {`
      const file = read('deploy/Caddyfile', prefix)
        .replace('http://:8080 {', site)
        .replace('127.0.0.1:4000', `127.0.0.1:${backend}`)
        .replace('health_timeout 1s', `health_timeout ${busyFactor()}s`)
        .replace('admin off', tls ? `admin off\n\thttp_port ${redirect}` : 'admin off')
      writeFileSync(join(folder, 'Caddyfile'), file)
      return ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
    },
  },
}

const read = (path: string, prefix = '/stacker/') =>
  readFileSync(path, 'utf8').replaceAll('/stacker/', prefix).replaceAll('/stacker', prefix.replace(/\/$/, ''))

/** The file with the lines that its reader enables for https. */
function withoutMarks(file: string, lines: RegExp): string {
  if (!lines.test(file)) throw new Error(`the file has no lines ${lines}`)
  return file.replace(lines, (found) => found.replaceAll(/^( *)#/gm, '$1'))
}

/** Reason to skip tests with a proxy. Null if it is installed. */
export const noProxy = (name: ProxyName): string | null =>
  spawnSync(name, PROGRAMS[name].version).status === 0 ? null : `this machine has no ${name}`

/** Everything that the proxy prints about the shipped file. */
export function validateShippedFile(name: ProxyName): { status: number | null; printed: string } {
  const folder = mkdtempSync(join(tmpdir(), `stackgate-${name}-`))
  // The program of the distribution would write its process number and its log where only root may.
  const own = name === 'nginx' ? ['-g', `error_log stderr; pid ${folder}/pid;`, '-p', folder] : []
  const ended = spawnSync(name, [...PROGRAMS[name].validation, ...own], { encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  return { status: ended.status, printed: `${ended.stdout}${ended.stderr}` }
}

/** Starts a proxy before one process, and waits until it has found the process ready. */
export async function startReverseProxy(name: ProxyName, setup: ProxySetup): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), `stackgate-${name}-`))
  // Workers of a proxy that root starts belong to another user.
  chmodSync(folder, 0o755)
  const { certificate = '', key = '' } = setup.tls ?? {}
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'both.pem'), `${certificate}\n${key}`)
  const ports = { main: await freePort(), redirect: await freePort() }
  const args = PROGRAMS[name].write(folder, ports, setup)
  const child = spawn(name, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Caddy stores files of its own in the home folder.
    env: { PATH: process.env['PATH'], HOME: folder },
  })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `${setup.tls ? 'https' : 'http'}://localhost:${ports.main}`
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${printed}`)
      return isReady(url, setup)
    },
    (ready) => ready,
  )
  return {
    url,
    redirectUrl: setup.tls ? `http://localhost:${ports.redirect}` : null,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Asks by a program that accepts the private authority, because `fetch` would need it for each call. */
async function isReady(url: string, { prefix, tls }: ProxySetup): Promise<boolean> {
  const { get } = tls ? await import('node:https') : await import('node:http')
  return new Promise((resolve) =>
    get(`${url}${prefix}health/ready`, { rejectUnauthorized: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    }).on('error', () => resolve(false)),
  )
}
