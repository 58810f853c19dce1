import { stringify } from 'yaml'
import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { GENERATED_ENCODINGS, GENERATED_KINDS, PARAMETER_TYPES } from '#entities/marketplace/template-parameter.js'
import { completeValues, valueIssues } from '#services/marketplace/templates/parameters/given-values.js'
import { generateValue } from '#services/marketplace/templates/parameters/generate-value.js'
import { readParameters } from '#services/marketplace/templates/parameters/parameter-input.js'
import { patternOf } from '#services/marketplace/templates/parameters/pattern.js'
import { deployableDefinition } from '#services/marketplace/templates/parameters/template-files.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'

const definition = {
  services: {
    web: {
      image: 'nginx:1.27',
      ports: ['${HTTP_PORT:-8080}:80'],
      environment: {
        ADMIN_EMAIL: '${ADMIN_EMAIL:-ann@example.com}',
        DB_PASSWORD: '${DB_PASSWORD}',
        DEBUG: '${DEBUG:-false}',
        NESTED: '${OUTER:-${INNER:-x}}',
        HOST: '${DB_HOST:?the address of the database}',
      },
      volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro', './conf:/etc/conf.d', 'data:/data'],
    },
  },
  volumes: { data: {} },
}

const parse = (parameters: TemplateParameterInput[], files: { path: string; content: string }[] = []) =>
  readParameters(definition, {}, { parameters, files })

const issuesOf = (parameters: TemplateParameterInput[], files: { path: string; content: string }[] = []) =>
  parse(parameters, files).issues.map(({ path }) => path.join('.'))

describe('Parameters of templates', () => {
  it('follow from the variables of the definition, except those that are described', () => {
    const { parts } = parse([{ name: 'DB_PASSWORD', label: 'Password', generate: {} }])
    const found = parametersOf({ definition, ...parts })
    expect(
      found.map((each) => [each.name, each.label, each.type, each.default, each.required, each.secret, each.derived]),
    ).toEqual([
      ['DB_PASSWORD', 'Password', 'PASSWORD', null, false, true, false],
      ['HTTP_PORT', 'HTTP port', 'PORT', '8080', false, false, true],
      ['ADMIN_EMAIL', 'Admin email', 'EMAIL', 'ann@example.com', false, false, true],
      ['DEBUG', 'Debug', 'BOOLEAN', 'false', false, false, true],
      ['INNER', 'Inner', 'TEXT', 'x', false, false, true],
      ['OUTER', 'Outer', 'TEXT', 'x', false, false, true],
      ['DB_HOST', 'DB host', 'TEXT', null, true, false, true],
    ])
    expect(found.find(({ name }) => name === 'DB_HOST')!.description).toBe('the address of the database')
  })

  it('are refused by field, with what to do', () => {
    expect(issuesOf([{ name: 'A-B' }])).toEqual(['parameters.0.name'])
    expect(issuesOf([{ name: 'DEBUG' }, { name: 'DEBUG' }])).toEqual(['parameters.1.name'])
    expect(issuesOf([{ name: 'UNUSED' }])).toEqual(['parameters.0.name'])
    expect(issuesOf([{ name: 'DB_PASSWORD', default: 'letmein' }])).toEqual(['parameters.0.default'])
    expect(issuesOf([{ name: 'DB_PASSWORD', type: 'TEXT', default: 'letmein' }])).toEqual(['parameters.0.default'])
    expect(issuesOf([{ name: 'HTTP_PORT', type: 'PORT', default: '70000' }])).toEqual(['parameters.0.default'])
    expect(issuesOf([{ name: 'DEBUG', type: 'CHOICE' }])).toEqual(['parameters.0.options'])
    expect(issuesOf([{ name: 'DEBUG', minimum: 3, maximum: 2 }])).toEqual(['parameters.0.minimum'])
    expect(issuesOf([{ name: 'DEBUG', type: 'NUMBER', generate: {} }])).toEqual(['parameters.0.generate'])
    expect(issuesOf([{ name: 'DEBUG', generate: { length: 3 } }])).toEqual(['parameters.0.generate.length'])
    expect(issuesOf([{ name: 'DEBUG', pattern: '(a+)+' }])).toEqual(['parameters.0.pattern'])
    expect(issuesOf(Array.from({ length: 301 }, () => ({ name: 'DEBUG' })))).toEqual(['parameters'])
    const files = (path: string, content = '') => issuesOf([], [{ path, content }])
    expect(files('../x')).toEqual(['files.0.path'])
    expect(files('/etc/passwd')).toEqual(['files.0.path'])
    expect(files('other.conf')).toEqual(['files.0.path'])
    expect(files('nginx.conf', 'x'.repeat(128 * 1024 + 1))).toEqual(['files.0.content'])
    expect(files('nginx.conf', 'requirepass hunter2hunter2')).toEqual(['files.0.content'])
    expect(
      issuesOf(
        [],
        [
          { path: 'nginx.conf', content: '' },
          { path: 'nginx.conf', content: '' },
        ],
      ),
    ).toEqual(['files.1.path'])
  })

  it('accept patterns whose time is bounded, and no others', () => {
    const accepted = [
      '[a-z]+',
      '^([^\\s/])+$',
      '(?:\\d{1,3}\\.){3}\\d{1,3}',
      '(?=.*\\d).{8,}',
      'a|b|c',
      '[^@]+@[^@]+',
      '\\d{4}-\\d{2}',
    ]
    const refused = [
      '(a+)+',
      '(a|a)*',
      '(a*)*b',
      '(.*)(.*)(.*)(.*)(.*)x',
      '(a)\\1',
      '(?<=a)b',
      '(',
      'a**',
      '((a?){20}){20}',
    ]
    expect(accepted.filter((pattern) => !patternOf(pattern))).toEqual([])
    expect(refused.filter((pattern) => patternOf(pattern))).toEqual([])
    expect(patternOf('[a-z]+')!.test('abc1')).toBe(false)
  })
})

describe('Values of deployments', () => {
  const parameters = parametersOf({
    definition,
    ...parse([
      { name: 'DB_PASSWORD', generate: { length: 20 } },
      { name: 'HTTP_PORT', type: 'PORT', default: '9000' },
      { name: 'DEBUG', options: [{ value: 'on' }, { value: 'off' }] },
      { name: 'OUTER', type: 'NUMBER', minimum: 1, maximum: 5 },
      { name: 'INNER', pattern: '[a-z]+' },
    ]).parts,
  })
  const host = { name: 'DB_HOST', value: 'db.example.com' }

  it('are refused one by one: missing, unknown, repeated, of another type, out of range', () => {
    const given = [
      { name: 'DB_PASSWORD', value: 'a\nB=c' },
      { name: 'HTTP_PORT', value: '0' },
      { name: 'DEBUG', value: 'true' },
      { name: 'OUTER', value: '6' },
      { name: 'INNER', value: 'A' },
      { name: 'NONE', value: 'x' },
      { name: 'INNER', value: 'b' },
    ]
    expect(valueIssues(parameters, given).map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['values.0.value', 'DB_PASSWORD must be a single line.'],
      ['values.1.value', 'HTTP_PORT must be a port from 1 to 65535.'],
      ['values.2.value', 'DEBUG must be one of on, off.'],
      ['values.3.value', 'OUTER must be at most 5.'],
      ['values.4.value', 'INNER must match [a-z]+.'],
      [
        'values.5.name',
        "The template has no parameter 'NONE'. Its parameters: DB_PASSWORD, HTTP_PORT, DEBUG, OUTER, INNER, ADMIN_EMAIL, DB_HOST.",
      ],
      ['values.6.name', 'INNER has two values. Remove one.'],
    ])
    // DB_HOST is required by the definition alone: the command that deploys can contain it.
    expect(valueIssues(parameters, [])).toEqual([])
    const described = parameters.map((parameter) => ({ ...parameter, derived: false }))
    expect(valueIssues(described, []).map(({ message }) => message)).toEqual([
      'DB_HOST (DB host) is required. Add its value.',
    ])
    expect(valueIssues(described, [host])).toEqual([])
  })

  it('are completed with generated values and described defaults, and not with those that Compose knows', () => {
    const { values, generated } = completeValues(parameters, [host, { name: 'INNER', value: '' }])
    expect(values).toEqual({ DB_HOST: 'db.example.com', DB_PASSWORD: expect.any(String), HTTP_PORT: '9000' })
    expect(generated).toEqual([{ name: 'DB_PASSWORD', value: expect.stringMatching(/^[A-Za-z\d]{20}$/) }])
  })

  it('are generated in every kind and encoding, and are different each time', () => {
    for (const kind of GENERATED_KINDS)
      for (const encoding of GENERATED_ENCODINGS) {
        const made = new Set(Array.from({ length: 50 }, () => generateValue({ kind, length: 33, encoding })))
        expect([kind, encoding, made.size > 40]).toEqual([kind, encoding, true])
      }
    expect(generateValue({ kind: 'SECRET', length: 33, encoding: 'HEX' })).toMatch(/^[\da-f]{33}$/)
    expect(Buffer.from(generateValue({ kind: 'SECRET', length: 33, encoding: 'BASE64' }), 'base64')).toHaveLength(33)
    expect(PARAMETER_TYPES).toHaveLength(8)
  })
})

describe('Files of templates', () => {
  it('become the content of configs, in which only parameters are variables', () => {
    const { parts } = parse(
      [{ name: 'DEBUG' }],
      [
        { path: 'nginx.conf', content: 'set $host ${DEBUG} ${other} $$;' },
        { path: 'conf/start.sh', content: '#!/bin/sh\n' },
      ],
    )
    const complete = deployableDefinition({ definition, ...parts })
    expect(complete).toMatchObject({
      services: {
        web: {
          volumes: ['./conf:/etc/conf.d', 'data:/data'],
          configs: [
            { source: 'nginx.conf', target: '/etc/nginx/nginx.conf', mode: 0o444 },
            { source: 'conf_start.sh', target: '/etc/conf.d/start.sh', mode: 0o555 },
          ],
        },
      },
      configs: {
        'nginx.conf': { content: 'set $$host ${DEBUG} $${other} $$$$;' },
        'conf_start.sh': { content: '#!/bin/sh\n' },
      },
    })
    expect(checkDefinition(stringify(complete)).kind).toBe('valid')
    expect(deployableDefinition({ definition })).toBe(definition)
  })
})
