import { appIssues } from '#services/deployments/start-deployment/deployment-apps.js'

const app = (code: string, texts: { name?: string; containerName?: string | null } = {}) => ({
  code,
  name: code,
  containerName: null,
  ...texts,
})

describe('appIssues', () => {
  it('returns every problem with its path', () => {
    const issues = appIssues([app('web'), app('not a code'), app('web', { name: ' ' })], true)
    expect(issues.map(({ path }) => path.join('.'))).toEqual(['apps.1.code', 'apps.2.code', 'apps.2.name'])
  })

  it('limits texts and their number, because lists of deployments return them', () => {
    const long = 'x'.repeat(201)
    expect(appIssues([app('web', { name: long, containerName: long })], true).map(({ path }) => path[2])).toEqual([
      'name',
      'containerName',
    ])
    expect(appIssues([app('web', { name: 'x'.repeat(200) })], true)).toEqual([])
    const many = Array.from({ length: 101 }, (_, index) => app(`app-${index}`))
    expect(appIssues(many, true)).toMatchObject([{ path: ['apps'], code: 'INVALID_PARAMETERS' }])
    expect(appIssues(many.slice(1), true)).toEqual([])
  })
})
