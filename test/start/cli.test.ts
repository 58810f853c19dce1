import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { createProgram } from '#cli/run-command.js'
import { childEnvironment } from '#test/support/child-environment.js'

const PAGE = 'docs/cli.md'

describe('stackgate', () => {
  let folder: string
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stackgate-cli-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/src/cli/stackgate.js', ...args], {
      encoding: 'utf8',
      env: { ...childEnvironment, DATA_DIR: join(folder, 'data') },
    })
    return { status, stdout, stderr }
  }
  const program = createProgram({ env: {}, setExitCode: () => undefined })
  const commandsOf = (command: Command, path: string): [string, Command][] =>
    command.commands
      .filter((child) => !['help', 'complete'].includes(child.name()))
      .flatMap((child): [string, Command][] => {
        const name = `${path}${child.name()}`
        return child.commands.length > 0 ? commandsOf(child, `${name} `) : [[name, child]]
      })
  const commands = commandsOf(program, '')

  it('lists every command in its help, and starts nothing', () => {
    const { status, stdout, stderr } = run('--help')
    expect([status, stderr]).toEqual([0, ''])
    for (const name of program.commands.map((command) => command.name()).filter((each) => each !== 'complete'))
      expect(stdout).toContain(`\n  ${name}`)
    expect(run('--version').stdout).toBe(
      `${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`,
    )
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it.each(commands)('describes %s', (name, command) => {
    const { status, stdout } = run(...name.split(' '), '--help')
    expect([status, stdout.startsWith(`Usage: stackgate ${name}`)]).toEqual([0, true])
    expect(command.description()).not.toBe('')
    const page = readFileSync(PAGE, 'utf8')
    expect(page).toContain(`\`stackgate ${name}`)
    for (const { long } of command.options.filter((option) => !['--json', '--fresh'].includes(option.long!)))
      expect([name, long, page.includes(long!)]).toEqual([name, long, true])
  })

  it('prints JSON with --json for every command that has a result', () => {
    const without = commands.filter(([, { options }]) => !options.some(({ long }) => long === '--json'))
    expect(without.map(([name]) => name)).toEqual(['start', 'mcp', 'completion'])
    expect(JSON.parse(run('catalog', 'check', 'try-direct', '--json').stdout)).toMatchObject({ business: 'try-direct' })
    expect(run('catalog', 'check', 'try-direct').stdout).toMatch(/^try-direct: \d+ plans/)
    const text = readFileSync('catalogs/try-direct.yaml', 'utf8')
    writeFileSync(join(folder, 'wrong.yaml'), text.replace(/rank: 1\b/, 'rank: high').replace(/rank: 2\b/, 'rank: -2'))
    const wrong = run('catalog', 'check', join(folder, 'wrong.yaml'))
    expect([wrong.status, wrong.stdout.trim().split('\n').length]).toEqual([1, 2])
    expect(wrong.stdout).toMatch(/^wrong\.yaml:\d+:\d+ plans\.\w+\.rank: /)
    const asJson = run('catalog', 'check', join(folder, 'wrong.yaml'), '--json')
    expect(JSON.parse(asJson.stdout)).toEqual({ problems: wrong.stdout.trim().split('\n') })
  })

  it.each([
    [['tokn'], 'Did you mean token?'],
    [['db', 'bakup'], 'Did you mean backup?'],
    [['doctor', '--jsn'], 'Did you mean --json?'],
    [['--frsh'], 'Did you mean --fresh?'],
    [['token', '--role', 'king'], 'Allowed choices are root, admin, developer, vendor, user'],
    [['catalog', 'check', 'nowhere.yaml'], 'nowhere.yaml'],
  ])('refuses %j with exit code 2 and says what is right', (args, sentence) => {
    const { status, stdout, stderr } = run(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a completion script for %s', (shell) => {
    const { status, stdout } = run('completion', shell)
    expect([status, stdout]).toEqual([0, expect.stringContaining('stackgate')])
  })

  it('completes commands, their commands and their options', () => {
    const completions = (...words: string[]) =>
      run('complete', '--', ...words)
        .stdout.split('\n')
        .map((line) => line.split('\t')[0])
    expect(completions('')).toEqual(expect.arrayContaining(['start', 'catalog', 'db', 'doctor']))
    expect(completions('db', 're')).toContain('restore')
    expect(completions('doctor', '--')).toEqual(expect.arrayContaining(['--go-live', '--json']))
  })

  it('completes words in bash', () => {
    const script = `source <(${process.execPath} dist/src/cli/stackgate.js completion bash); complete -p stackgate`
    const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env: { ...childEnvironment } })
    expect([status, stdout]).toEqual([0, expect.stringContaining('complete')])
  })
})
