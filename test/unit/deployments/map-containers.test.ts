import { codesOf, toApps } from '#services/deployments/app-states/map-containers.js'
import { readAppStates, readAppStatus } from '#services/deployments/app-states/read-app-states.js'

const app = (code: string, containerName: string | null = null) => ({ code, name: code, containerName })
const deployment = { hash: 'deployment_Ab1', apps: [app('web'), app('my-web'), app('db', 'shop-database')] }
/** Container as the agent lists it, with the container's name also as the code. */
const container = (name: string, status = 'ok', state = 'running') => ({
  app_code: name,
  container_name: name,
  container_state: state,
  status,
})
const codes = (names: string[], of = deployment) =>
  codesOf(
    of,
    names.map((name) => ({ appCode: name, containerName: name })),
  )

describe('Container names map to applications', () => {
  it.each<[name: string, code: string | null]>([
    ['web', 'web'],
    ['shop-web-1', 'web'],
    ['shop_web_2', 'web'],
    ['shop-my-web-1', 'my-web'],
    ['shop-database', 'db'],
    ['db', null],
    ['shop-db-1', null],
    ['shop-web-run-4f2a', null],
    ['webmail', null],
    ['shop-web', null],
    ['-web-1', null],
    ['unrelated', null],
  ])('%s → %s', (name, code) => {
    expect(codes([name])).toEqual([code])
  })

  it('an exact container name excludes those of other projects', () => {
    expect(codes(['other-web-1', 'web'])).toEqual([null, 'web'])
  })

  it('map own services of two projects, and neither of two unknown ones', () => {
    expect(codes(['other-web-1', 'deployment_ab1-web-1'])).toEqual([null, 'web'])
    expect(codes(['other-web-1', 'project-web-1'])).toEqual([null, 'web'])
    expect(codes(['one-web-1', 'two-web-1'])).toEqual([null, null])
    expect(codes(['one-web-1', 'one-web-2'])).toEqual(['web', 'web'])
  })

  it('use the code that an agent sends in addition to the name', () => {
    expect(codesOf(deployment, [{ appCode: 'db', containerName: 'x' }])).toEqual(['db'])
    expect(codesOf(deployment, [{ appCode: 'db', containerName: null }])).toEqual(['db'])
    expect(codesOf(deployment, [{ appCode: 'foreign', containerName: null }])).toEqual([null])
  })

  it('use the worst of several containers of one application, and ignore foreign ones', () => {
    const containers = [
      container('shop-web-1', 'unhealthy', 'exited'),
      container('shop-web-2'),
      container('shop-database'),
      container('backup-job', 'unhealthy', 'exited'),
    ]
    expect(toApps(deployment, readAppStates({ type: 'all_health', containers }))).toEqual([
      { appCode: 'web', status: 'STOPPED', containerState: 'exited', health: 'UNHEALTHY', keepsHealth: false },
      { appCode: 'db', status: 'RUNNING', containerState: 'running', health: 'OK', keepsHealth: false },
    ])
  })

  it('map only the system without applications', () => {
    const words = readAppStates({ type: 'system_health', status: 'ok' })
    expect(toApps({ hash: 'h', apps: [] }, words)).toMatchObject([{ appCode: 'system', health: 'OK' }])
    expect(
      toApps({ hash: 'h', apps: [] }, readAppStates({ type: 'all_health', containers: [container('web')] })),
    ).toEqual([])
  })
})

describe('Health from apps/status', () => {
  it.each<[string, string[] | null, object]>([
    ['nothing beside the status: it takes the place of what was said', null, { health: null, keepsHealth: false }],
    [
      'a restart: the same',
      ['restart status=ok container_state=running'],
      { health: null, keepsHealth: false, containerState: 'running' },
    ],
    [
      'a look that found it ill',
      ['status=unhealthy container_state=running'],
      { health: 'UNHEALTHY', keepsHealth: false },
    ],
    [
      'a look that found it well',
      ['status=ok container_state=unknown'],
      { health: 'OK', keepsHealth: false, containerState: null },
    ],
    [
      'log lines: what was said before holds',
      ['2026-01-15T10:00:00Z [stdout] status=ok container_state=running'],
      { keepsHealth: true },
    ],
    ['a log without lines: the same', [], { keepsHealth: true }],
  ])('%s', (_what, logs, word) => {
    expect(readAppStatus('web', 'running', logs)).toMatchObject([{ appCode: 'web', status: 'RUNNING', ...word }])
  })
})
