import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MODELS } from '#proof/models/all-models.js'
import { explore, withDefect, type Model } from '#proof/models/model.js'
import { promela } from '#proof/models/promela.js'
import { itUnless } from '#test/support/skip.js'

const missing = ['spin', 'gcc'].filter((tool) => spawnSync(tool, ['-V']).error)
const reason = missing.length > 0 ? `${missing.join(' and ')} of Debian is not installed` : null

/** Explores a model with Spin: an independent checker reads the same guards and effects. */
function explored(model: Model): { states: number; errors: number } {
  const cwd = mkdtempSync(join(tmpdir(), 'stackgate-spin-'))
  try {
    writeFileSync(join(cwd, 'model.pml'), promela(model))
    execFileSync('spin', ['-a', 'model.pml'], { cwd })
    execFileSync('gcc', ['-O1', '-w', '-DSAFETY', '-DVECTORSZ=4096', '-o', 'pan', 'pan.c'], { cwd })
    const output = execFileSync('./pan', ['-m1000000'], { cwd, encoding: 'utf8' })
    const figure = (pattern: RegExp): number => Number(pattern.exec(output)![1])
    return { states: figure(/(\d+) states, stored/), errors: figure(/errors: (\d+)/) }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

describe('models of the proof in Spin', () => {
  for (const model of MODELS) {
    itUnless(reason)(`has no error, and as many states as our own checker: ${model.name}`, () => {
      expect(explored(model)).toEqual({ states: explore(model).states, errors: 0 })
    })

    itUnless(reason)(`has an error with each defect: ${model.name}`, () => {
      const found = Object.keys(model.defects).map((defect) => [defect, explored(withDefect(model, defect)).errors])
      expect(found).toEqual(Object.keys(model.defects).map((defect) => [defect, 1]))
    })
  }
})
