import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newFolder, run } from '../support/package-apps.js'
import { itUnless, withoutProgram } from '../support/skip.js'

const reason = withoutProgram('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], /True/)

/** `npm run test:long -- skills`. */
describe('Skills of coding agents', () => {
  itUnless(reason)('are valid for the reference library of the format', async () => {
    const { skillFiles } = (await import(join(process.cwd(), 'docs/.vitepress/agent-files.mjs'))) as {
      skillFiles: (recipes: string, base: string) => [string, string][]
    }
    const folder = newFolder('skills')
    const files = skillFiles(readFileSync('docs/recipes.md', 'utf8'), 'https://stackgate.example.com/docs/')
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    await run(folder, 'python3', ['-m', 'venv', 'venv'])
    await run(folder, 'venv/bin/pip', ['install', '--quiet', '--disable-pip-version-check', 'skills-ref==0.1.1'])
    const skills = files.filter(([name]) => name.endsWith('SKILL.md')).map(([name]) => dirname(name))
    expect(skills.length).toBeGreaterThan(5)
    for (const skill of skills)
      expect(await run(folder, 'venv/bin/agentskills', ['validate', skill])).toMatch(/^Valid skill: /)
  })
})
