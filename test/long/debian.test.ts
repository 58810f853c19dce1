import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.js'
import { eventually } from '../support/test-server.js'
import { describeUnless } from '../support/skip.js'

/** The Node of Debian 12 is too old, so that npm's own package of Node 20 is added. */
const NODE_PACKAGE = `node-linux-${process.arch}@20.20.2`
const ARCHIVE_URL = 'http://deb.debian.org/debian'
const UID = '1000'

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1_048_576 })
const reason =
  process.getuid?.() !== 0
    ? 'only root can make a Debian root'
    : run('debootstrap', ['--version']).status !== 0
      ? 'this machine has no debootstrap'
      : run('npm', ['view', NODE_PACKAGE, 'version']).status !== 0
        ? 'the package registry cannot be reached'
        : null

/** `npm run test:long -- debian`: the first start on fresh roots, with the distribution's npm 9.2.0. */
describeUnless(reason)('First start on a fresh Debian', () => {
  describe.each(['bookworm', 'trixie'])('%s', (release) => {
    let root: string
    const inRoot = (args: readonly string[], user = '0') =>
      run('chroot', [`--userspec=${user}:${user}`, root, ...environment(user), ...args])
    const must = (end: { status: number | null; stdout: string; stderr: string }) => {
      if (end.status !== 0) throw new Error(`${end.stdout}\n${end.stderr}`.slice(-3_000))
    }
    /** Nothing of this run's own environment. */
    const environment = (user: string) => [
      '/usr/bin/env',
      '-i',
      `HOME=/home/u${user}`,
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ]
    const newNode = ['PATH=/opt/node20/bin:/usr/bin:/bin']

    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), `stackgate-${release}-`))
      chmodSync(root, 0o755)
      must(run('debootstrap', ['--variant=minbase', '--include=ca-certificates', release, root, ARCHIVE_URL]))
      // The network is reached as this machine reaches it: its certificates and its settings of npm.
      copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'))
      copyFileSync('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'))
      if (!existsSync(join(root, 'proc/self'))) must(run('mount', ['-t', 'proc', 'proc', join(root, 'proc')]))
      must(inRoot(['useradd', '--uid', UID, '--home-dir', `/home/u${UID}`, 'u1000']))
      must(inRoot(['apt-get', 'update', '-q']))
      must(
        inRoot([
          'DEBIAN_FRONTEND=noninteractive',
          'apt-get',
          'install',
          '-y',
          '-q',
          '--no-install-recommends',
          'nodejs',
          'npm',
        ]),
      )
      expect(inRoot(['npm', '-v']).stdout.trim()).toBe('9.2.0')
      const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
      writeFileSync(join(root, 'etc/npmrc'), `registry=${registry}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`)
      execFileSync('npm', ['pack', NODE_PACKAGE, '--silent'], { cwd: root })
      mkdirSync(join(root, 'opt/node20'))
      must(
        run('sh', [
          '-c',
          `tar xzf ${root}/node-linux-*.tgz -C ${root}/opt/node20 --strip-components=1 package/bin/node`,
        ]),
      )
    }, 1_800_000)
    afterAll(() => {
      run('umount', [join(root, 'proc')])
      rmSync(root, { recursive: true, force: true })
    })

    /** A checkout of the present commit, as the user has it. */
    const checkout = (user: string) => {
      const folder = join(root, `home/u${user}/stackgate`)
      mkdirSync(folder, { recursive: true })
      const archive = execFileSync('git', ['archive', 'HEAD'], { maxBuffer: 512 * 1_048_576 })
      execFileSync('tar', ['x', '-C', folder], { input: archive })
      must(run('chown', ['-R', `${user}:${user}`, join(root, `home/u${user}`)]))
    }

    it.each(['0', UID])(
      'installs, builds and serves by npm start, as user %s',
      async (user) => {
        checkout(user)
        const settings = [
          `PORT=${await freePort()}`,
          `SANDBOX_PORT=${await freePort()}`,
          'npm_config_globalconfig=/etc/npmrc',
        ]
        const command = ['sh', '-c', `cd /home/u${user}/stackgate && exec npm start`]
        if (release === 'bookworm') {
          const refused = inRoot([...settings, ...command], user)
          expect([refused.status, refused.stderr]).toEqual([
            1,
            expect.stringContaining('needs Node 20 or newer to start'),
          ])
        }
        const node = release === 'bookworm' ? newNode : []
        const child = spawn(
          'chroot',
          [`--userspec=${user}:${user}`, root, ...environment(user), ...settings, ...node, ...command],
          { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
        )
        let said = ''
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
        const ended = new Promise((resolve) => child.once('close', resolve))
        try {
          await eventually(
            () => said.includes('Stackgate is ready') || child.exitCode !== null,
            (done) => done,
            1_500_000,
          )
          const port = settings[0]!.split('=')[1]!
          const health = await fetch(`http://127.0.0.1:${port}/health/ready`).catch((error: Error) => error.message)
          expect([health instanceof Response ? health.status : health, said.slice(-2_000)]).toEqual([
            200,
            expect.any(String),
          ])
        } finally {
          process.kill(-child.pid!, 'SIGTERM')
          await ended
        }
      },
      1_800_000,
    )
  })
})
