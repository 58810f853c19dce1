import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import {
  caddyProblems,
  composeProblems,
  databaseProxyProblems,
  dockerfileProblems,
  environmentProblems,
  etcdProblems,
  haproxyProblems,
  manifestProblems,
  nginxLocationProblems,
  nginxProblems,
  patroniProblems,
  pgbouncerProblems,
  unitProblems,
} from '#test/support/deployment-policy.js'
import { CHART_VALUES, findProgram, renderChart } from '#test/support/kube-tools.js'
import { describeUnless } from '#test/support/skip.js'

/** A wrong form of a shipped file, and the rule that it breaks. */
type Wrong = readonly [from: string | RegExp, to: string, problem: string]

interface Subject {
  readonly read: (text: string) => string[]
  readonly wrong: readonly Wrong[]
}

const FILES: Readonly<Record<string, Subject>> = {
  'compose.yaml': {
    read: composeProblems,
    wrong: [
      ["volumes: ['postgres:/var/lib/postgresql']", 'volumes: []', 'postgres loses its data'],
      ["volumes: ['worker:/var/lib/stackgate']", "volumes: ['./data:/var/lib/stackgate']", 'worker loses its data'],
      ['    shm_size: 256m', '    command: postgres -c fsync=off', 'postgres can lose committed transactions'],
      [
        '    shm_size: 256m',
        '    command: [postgres, -c, synchronous_commit=off]',
        'postgres can lose committed transactions',
      ],
      ['      POSTGRES_DB: stackgate', '      POSTGRES_HOST_AUTH_METHOD: trust', 'postgres needs no password'],
      ['${PROXY_ADDRESS:-127.0.0.1}:8080:8080', '8080:8080', 'proxy exposes a port to the world'],
      ['${PROXY_ADDRESS:-127.0.0.1}', '${PROXY_ADDRESS:-0.0.0.0}', 'proxy exposes a port to the world'],
      ['    shm_size: 256m', "    ports: ['5432:5432']", 'postgres exposes a port to the world'],
      ['    shm_size: 256m', '    network_mode: host', 'postgres uses the network of the machine'],
      [
        'POSTGRES_PASSWORD_FILE: /run/secrets/database_password',
        'POSTGRES_PASSWORD: stackgate',
        'postgres has a default secret in POSTGRES_PASSWORD',
      ],
      [
        'SMTP_URL: ${SMTP_URL:-}',
        'SMTP_URL: ${SMTP_URL:-smtp://me:secret@mail}',
        'api has a default secret in SMTP_URL',
      ],
      ['secrets/secrets_key }', 'secrets.example/secrets_key }', 'secrets_key is no file of the operator'],
      ["user: '1000:1000'", "user: '0:0'", 'api runs as root'],
      ["    user: '999:999'", '', 'postgres runs as root'],
      ['read_only: true', 'read_only: false', 'proxy has a root that can be written'],
      ['cap_drop: [ALL]', 'cap_add: [SYS_ADMIN]', 'api has privileges'],
      ["security_opt: ['no-new-privileges:true']", 'security_opt: []', 'api can gain privileges'],
      ['memory: 256m, ', '', 'proxy has no limits of memory and processes'],
      ['max-size: 20m, ', '', 'api can fill the disk with logs'],
      ['stop_grace_period: 30s', 'stop_grace_period: 15s', 'api has too little time to stop'],
      ['ROLE: api }', "ROLE: api, DRAIN_SECONDS: '40' }", 'api has too little time to stop'],
      ['nginx:1.29.3-alpine', 'nginx:latest', 'proxy has no exact version'],
      ["['CMD', 'wget',", "['NONE']\n      disable: true #", 'proxy has no health check'],
    ],
  },
  Dockerfile: {
    read: dockerfileProblems,
    wrong: [
      ['USER 1000:1000', 'USER root', 'runs as root'],
      ['USER 1000:1000', 'USER 1000:1000\nRUN true', 'runs a command as the user of the server'],
      ['VOLUME /var/lib/stackgate', '', 'loses its data'],
      [/^HEALTHCHECK.*$/m, 'HEALTHCHECK NONE', 'has no health check'],
      [/^CMD \[.*$/m, 'CMD node dist/src/main.js', 'hides signals in a shell'],
      ['HOST=0.0.0.0', 'HOST=0.0.0.0 SECRETS_KEY=0123456789abcdef', 'has a default secret in SECRETS_KEY'],
      [/node:\S+/g, 'node:latest', 'has no exact version'],
    ],
  },
  'stackgate.service': {
    read: unitProblems,
    wrong: [
      ['User=stackgate', 'User=root', 'runs as root'],
      ['ProtectSystem=strict', 'ProtectSystem=full', 'has a root that can be written'],
      ['DATA_DIR=/var/lib/stackgate', 'DATA_DIR=/tmp/stackgate', 'loses its data'],
      ['StateDirectory=stackgate', 'RuntimeDirectory=stackgate', 'loses its data'],
      ['MemoryMax=2G', '', 'has no limits of memory and processes'],
      ['TimeoutStopSec=90', 'TimeoutStopSec=10', 'has too little time to stop'],
      ['Restart=always', 'Restart=no', 'does not start again'],
      ['KillSignal=SIGTERM', 'KillSignal=SIGKILL', 'is not stopped by SIGTERM'],
      ['NoNewPrivileges=yes', '', 'can gain privileges'],
      ['\nCapabilityBoundingSet=\n', '\nCapabilityBoundingSet=CAP_NET_ADMIN\n', 'has privileges'],
      ['NODE_ENV=production', 'SECRETS_KEY=0123456789abcdef', 'has a default secret in SECRETS_KEY'],
      [/^SystemCallFilter.*$/gm, '', 'can call everything of the kernel'],
    ],
  },
  'environment.example': {
    read: environmentProblems,
    wrong: [
      ['HOST=127.0.0.1', 'HOST=0.0.0.0', 'exposes a port to the world'],
      [
        '#SMTP_URL_FILE=/etc/stackgate/smtp_url',
        'SMTP_URL=smtps://user:password@mail.example.com',
        'has a default secret in SMTP_URL',
      ],
      [
        'SECRETS_KEY_FILE=/etc/stackgate/secrets_key',
        'SECRETS_KEY=change-me-please',
        'has a default secret in SECRETS_KEY',
      ],
      ['MODE=test', 'DATA_DIR=/tmp/stackgate', 'loses its data'],
    ],
  },
  'nginx.conf': {
    read: nginxProblems,
    wrong: [
      ['listen 127.0.0.1:8080;', 'listen 8080;', 'exposes a port to the world'],
      ['listen 127.0.0.1:8080;', 'listen [::]:8080;', 'exposes a port to the world'],
      ['#listen 443 ssl;', 'listen 443 ssl;', 'exposes a port to the world'],
    ],
  },
  'nginx.compose.conf': { read: (text) => nginxProblems(text, { inContainer: true }), wrong: [] },
  'nginx-locations.conf': {
    read: nginxLocationProblems,
    wrong: [
      [
        'X-Forwarded-For $remote_addr',
        'X-Forwarded-For $proxy_add_x_forwarded_for',
        'lets clients state their address',
      ],
      ['return 404;', 'proxy_pass http://stackgate;', 'serves metrics'],
      ['proxy_buffering off;', '', 'delays events'],
      ['http_503;', 'http_503 non_idempotent;', 'repeats mutations'],
    ],
  },
  'haproxy.cfg': {
    read: haproxyProblems,
    wrong: [
      ['bind 127.0.0.1:8080', 'bind :8080', 'exposes a port to the world'],
      ['bind 127.0.0.1:8080', 'bind *:8080', 'exposes a port to the world'],
      ['http-request set-header X-Forwarded-For %[src]', 'option forwardfor', 'lets clients state their address'],
      [/^.*metrics\/\*\$ }$/m, '', 'serves metrics'],
      ['http-check expect status 200', '', 'has no health check'],
      ['  http-request disable-l7-retry unless METH_GET', '', 'repeats mutations'],
    ],
  },
  Caddyfile: {
    read: caddyProblems,
    wrong: [
      ['bind 127.0.0.1', '', 'exposes a port to the world'],
      ['bind 127.0.0.1', 'bind 127.0.0.1 10.0.0.1', 'exposes a port to the world'],
      ['admin off', 'admin localhost:2019', 'can be changed without a password'],
      ['header_up -Forwarded', 'trusted_proxies 0.0.0.0/0', 'lets clients state their address'],
      ['respond @metrics 404', '', 'serves metrics'],
      ['health_uri /health/ready', '', 'has no health check'],
    ],
  },
  'pgbouncer.ini': {
    read: pgbouncerProblems,
    wrong: [
      ['listen_addr = 127.0.0.1', 'listen_addr = 0.0.0.0', 'exposes a port to the world'],
      ['auth_type = scram-sha-256', 'auth_type = any', 'needs no password, or sends it readable'],
      ['port=5432', 'port=5432 password=stackgate', 'has a default secret'],
    ],
  },
  'patroni/patroni.yml': {
    read: patroniProblems,
    wrong: [
      ['synchronous_mode: true', 'synchronous_mode: false', 'can lose committed transactions'],
      ['synchronous_mode_strict: true', 'synchronous_mode_strict: false', 'can lose committed transactions'],
      ['max_connections: 200', 'synchronous_commit: local', 'can lose committed transactions'],
      ['    - data-checksums', '', 'does not notice damaged pages'],
      ['data_dir: /var/lib', 'data_dir: /tmp', 'loses its data'],
      ['  listen: 10.0.0.21:5432', '  listen: 0.0.0.0:5432', 'exposes a port to the world'],
      ['  listen: 10.0.0.21:8008', '  listen: :8008', 'exposes a port to the world'],
      ['scram-sha-256', 'trust', 'needs no password, or admits the world'],
      ['10.0.0.0/24', '0.0.0.0/0', 'needs no password, or admits the world'],
      ['username: postgres', 'username: postgres, password: postgres', 'has a default secret'],
    ],
  },
  'patroni/etcd.yml': {
    read: etcdProblems,
    wrong: [
      ['listen-client-urls: http://10.0.0.21', 'listen-client-urls: http://0.0.0.0', 'exposes a port to the world'],
      ['data-dir: /var/lib', 'data-dir: /tmp', 'loses its data'],
      [',pg-3=http://10.0.0.23:2380', '', 'has no majority without one machine'],
    ],
  },
  'patroni/haproxy.cfg': {
    read: databaseProxyProblems,
    wrong: [
      ['bind 127.0.0.1:5000', 'bind *:5000', 'exposes a port to the world'],
      ['OPTIONS /primary', 'OPTIONS /health', 'leads to replicas'],
      [' on-marked-down shutdown-sessions', '', 'keeps connections to a former primary'],
    ],
  },
}

/** Files without settings of a deployment. */
const OTHERS = ['Dockerfile.dockerignore', 'assemble-image.mjs', 'new-secrets.sh', 'pgbackrest.conf']

const changed = (text: string, [from, to, problem]: Wrong): string => {
  const wrong = text.replaceAll(
    typeof from === 'string' ? from : new RegExp(from, `${from.flags.replace('g', '')}g`),
    to,
  )
  if (wrong === text) throw new Error(`'${String(from)}' is not in the file, so that '${problem}' cannot be tested`)
  return wrong
}

describe('Policy of deployment files', () => {
  it('knows every file', () => {
    const files = [...readdirSync('deploy'), ...readdirSync('deploy/patroni').map((name) => `patroni/${name}`)].filter(
      (name) => statSync(join('deploy', name)).isFile(),
    )
    expect(files.toSorted()).toEqual([...Object.keys(FILES), ...OTHERS].toSorted())
  })

  describe.each(Object.entries(FILES))('%s', (name, { read, wrong }) => {
    const text = readFileSync(join('deploy', name), 'utf8')

    it('loses no data, exposes no port and has no default secret', () => {
      expect(read(text)).toEqual([])
    })

    if (wrong.length > 0)
      it.each(wrong)('%# refuses another form of it', (...one) => {
        expect(read(changed(text, one))).toContain(one[2])
      })
  })

  const helm = findProgram('helm')
  describeUnless(helm ? null : 'no helm is installed; `npm run test:long -- deployment-files` builds it')(
    'Helm chart',
    () => {
      it('loses no data, exposes no port and has no default secret', () => {
        const { text } = renderChart(helm!, CHART_VALUES)
        expect(manifestProblems(text)).toEqual([])
        expect(text).toMatch(/kind: Deployment[^]*kind: Deployment/)
      })
    },
  )

  it.each<Wrong>([
    ['runAsNonRoot: true', 'runAsNonRoot: false', 'Deployment billing-api runs as root'],
    [
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      'Deployment billing-api has a root that can be written',
    ],
    ['allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true', 'Deployment billing-api can gain privileges'],
    ['drop: [ALL]', 'add: [NET_ADMIN]', 'Deployment billing-api has privileges'],
    ['type: RuntimeDefault', 'type: Unconfined', 'Deployment billing-api can call everything of the kernel'],
    ['automountServiceAccountToken: false', '', 'Deployment billing-api has access to the cluster'],
    ['containerPort: 4000', 'containerPort: 4000, hostPort: 80', 'Deployment billing-api exposes a port to the world'],
    ['type: ClusterIP', 'type: LoadBalancer', 'Service billing exposes a port to the world'],
    ['limits: { memory: 1Gi }', 'limits: {}', 'Deployment billing-api has no limits of memory and processor'],
    ['readinessProbe:', 'anyProbe:', 'Deployment billing-api has no health check'],
    [
      'terminationGracePeriodSeconds: 35',
      'terminationGracePeriodSeconds: 20',
      'Deployment billing-api has too little time to stop',
    ],
    ['/stackgate:0.1.0', '/stackgate', 'Deployment billing-api has no exact version'],
    [
      'name: SMTP_URL_FILE, value: /run/secrets/smtp_url',
      'name: X, value: ""',
      'Deployment billing-api loses its data',
    ],
    [
      'name: SECRETS_KEY_FILE, value: /run/secrets/secrets_key',
      'name: SECRETS_KEY, value: abc',
      'Deployment billing-api has a default secret in SECRETS_KEY',
    ],
    ['kind: Service', 'kind: Secret', 'Secret billing is a default secret'],
    ['tls: [{ secretName: own }]', 'tls: []', 'Ingress billing serves the world without TLS'],
    ['emptyDir: {}', 'hostPath: { path: / }', 'Deployment billing-api uses network or files of the machine'],
  ])('%# refuses a wrong object of Kubernetes', (...one) => {
    expect(manifestProblems(OBJECTS)).toEqual([])
    expect(manifestProblems(changed(OBJECTS, one))).toContain(one[2])
  })
})

/** Objects that fulfill the policy. */
const OBJECTS = `
kind: Service
metadata: { name: billing }
spec: { type: ClusterIP }
---
kind: Ingress
metadata: { name: billing }
spec:
  tls: [{ secretName: own }]
---
kind: Deployment
metadata: { name: billing-api }
spec:
  template:
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 35
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }
      volumes:
        - name: temporary
          emptyDir: {}
      containers:
        - name: all
          image: registry.example.com/stackgate:0.1.0
          env:
            - { name: ROLE, value: all }
            - { name: DRAIN_SECONDS, value: '10' }
            - { name: SMTP_URL_FILE, value: /run/secrets/smtp_url }
            - { name: SECRETS_KEY_FILE, value: /run/secrets/secrets_key }
          ports: [{ containerPort: 4000 }]
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
          resources:
            requests: { cpu: 100m }
            limits: { memory: 1Gi }
          livenessProbe: {}
          readinessProbe: {}
`

// No machine of the tests has a Docker daemon: the commands are compared with the file that they name.
describe('Compose commands of docs/go-live.md', () => {
  const commands = [
    ...readFileSync('docs/go-live.md', 'utf8').matchAll(/`docker compose -f (\S+) (run|up)([^`]*)`/g),
  ].map(([, file, verb, rest]) => ({ file: file!, verb: verb!, words: rest!.trim().split(' ') }))

  it('name a service, a setting of it and a program of the image', () => {
    expect(commands.map(({ verb }) => verb)).toEqual(expect.arrayContaining(['run', 'up']))
    for (const { file, words } of commands.filter(({ verb }) => verb === 'run')) {
      const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
        services: Record<string, { environment?: object }>
      }
      const [service, program, path] = words.slice(words.findIndex((word) => word in services))
      const settings = words.flatMap((word, at) => (word === '-e' ? words[at + 1]!.split('=')[0]! : []))
      expect(Object.keys(services[service!]!.environment!)).toEqual(expect.arrayContaining(settings))
      expect([program, existsSync(path!.replace('dist/', '').replace(/js$/, 'ts'))]).toEqual(['node', true])
    }
  })
})
