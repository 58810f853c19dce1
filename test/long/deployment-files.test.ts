import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../support/child-environment.js'
import { composeProblems, manifestProblems } from '../support/deployment-policy.js'
import { buildProgram, CHART_VALUES, noGo, renderChart, writeKubernetesSchemas } from '../support/kube-tools.js'
import { describeUnless } from '../support/skip.js'

const KINDS = ['ConfigMap', 'Deployment', 'Ingress', 'PodDisruptionBudget', 'Service']
const WITH_INGRESS = {
  ...CHART_VALUES,
  'ingress.enabled': 'true',
  'ingress.host': 'example.com',
  'ingress.tlsSecret': 'certificate',
  'extraEnv.LOG_LEVEL': 'debug',
  drainSeconds: '60',
}

/** `npm run test:long -- deployment-files`: the chart and the compose file, as the tools read them that install them. */
describeUnless(noGo())('Deployment files', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-deployment-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  describe('Helm chart', () => {
    let helm: string
    let kubeconform: string
    let schemas: string
    beforeAll(() => {
      helm = buildProgram('helm')
      kubeconform = buildProgram('kubeconform')
      schemas = writeKubernetesSchemas(folder, KINDS)
    })

    const validate = (text: string) => {
      const { status, stdout, stderr } = spawnSync(
        kubeconform,
        ['-strict', '-summary', '-schema-location', schemas, '-'],
        { input: text, encoding: 'utf8' },
      )
      return { status, printed: `${stdout}${stderr}` }
    }

    it.each([
      ['with its defaults', CHART_VALUES, [], 4],
      ['with an ingress and a catalog', WITH_INGRESS, ['--set-file', 'catalogFile=catalogs/agileforge.yaml'], 6],
    ] as const)('renders valid objects that fulfill the policy %s', (_name, values, more, count) => {
      const { status, text, errors } = renderChart(helm, values, more)
      expect([status, errors]).toEqual([0, ''])
      expect(validate(text)).toEqual({
        status: 0,
        printed: expect.stringContaining(`${count} resources found parsing stdin - Valid: ${count}, Invalid: 0`),
      })
      expect(manifestProblems(text)).toEqual([])
    })

    it('renders objects that kubeconform can refuse', () => {
      const { text } = renderChart(helm, CHART_VALUES)
      const wrong = text.replaceAll('readOnlyRootFilesystem', 'readOnlyRootFileSystem')
      expect(validate(wrong)).toEqual({ status: 1, printed: expect.stringContaining('readOnlyRootFileSystem') })
    })

    it('passes the lint of Helm without a warning', () => {
      const values = Object.entries(CHART_VALUES).flatMap(([name, value]) => ['--set', `${name}=${value}`])
      const linted = spawnSync(helm, ['lint', '--strict', 'deploy/helm/stackgate', ...values], { encoding: 'utf8' })
      expect(linted.stdout).toContain('1 chart(s) linted, 0 chart(s) failed')
      expect(linted.stdout).not.toMatch(/\[(WARNING|ERROR)\]/)
    })

    it.each(Object.keys(CHART_VALUES))('is refused without %s, by name', (missing) => {
      const { status, errors } = renderChart(helm, { ...CHART_VALUES, [missing]: '' })
      expect([status, errors]).toEqual([1, expect.stringContaining(`${missing}: `)])
    })

    it('is refused with the names of all missing values at once', () => {
      const { status, errors } = renderChart(helm, { 'ingress.enabled': 'true' })
      const names = [...errors.matchAll(/^ {2}([\w.]+): /gm)].map(([, name]) => name)
      expect([status, names]).toEqual([1, [...Object.keys(CHART_VALUES), 'ingress.host', 'ingress.tlsSecret']])
    })
  })

  describe('Compose file', () => {
    let compose: string
    beforeAll(() => {
      compose = buildProgram('compose')
      cpSync('deploy', join(folder, 'deploy'), { recursive: true })
    })

    const render = (env: Record<string, string>, file = 'compose.yaml') => {
      const { status, stdout, stderr } = spawnSync(compose, ['-format', 'json', file], {
        cwd: join(folder, 'deploy'),
        encoding: 'utf8',
        env: { ...childEnvironment, ...env },
      })
      return { status, stdout, stderr }
    }
    const KEY_SET = { AUTH_JWKS_URL: 'https://id.example.com/keys' }

    it('is read by the library of Docker Compose, and still fulfills the policy', () => {
      const { status, stdout, stderr } = render(KEY_SET)
      expect([status, stderr]).toEqual([0, ''])
      const { services } = JSON.parse(stdout) as {
        services: Record<string, { ports?: { host_ip: string; published: string }[]; stop_grace_period: string }>
      }
      expect(services['proxy']!.ports).toEqual([expect.objectContaining({ host_ip: '127.0.0.1', published: '8080' })])
      expect(Object.keys(services).toSorted()).toEqual(['api', 'postgres', 'proxy', 'worker'])
      expect(composeProblems(readFileSync('deploy/compose.yaml', 'utf8'))).toEqual([])
    })

    it('is refused without a key set for user tokens, and with an unknown key', () => {
      expect(render({})).toMatchObject({ status: 1, stderr: expect.stringContaining('AUTH_JWKS_URL') })
      const wrong = readFileSync('deploy/compose.yaml', 'utf8').replace('read_only: true', 'readonly: true')
      writeFileSync(join(folder, 'deploy/wrong.yaml'), wrong)
      expect(render(KEY_SET, 'wrong.yaml')).toMatchObject({ status: 1, stderr: expect.stringContaining('readonly') })
    })
  })
})
