import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPriceKey } from '#services/catalog/prices/price-key.js'
import { readPriceDocument } from '#services/catalog/prices/read-price-document.js'
import { runTool } from '../support/install-tools.js'
import { itUnless } from '../support/skip.js'

const LITELLM = 'litellm==1.110.2'
const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 10))'], { encoding: 'utf8' })
const pythonReason = /True/.test(stdout ?? '') ? null : 'needs python3'

type Prices = ReadonlyMap<string, number>

/** Dollars of a million tokens in a call with a prompt of a size. */
function priceAt(prices: Prices, quantity: string, size: number): number | undefined {
  const found = [...prices]
    .map(([key, price]) => ({ ...readPriceKey(key), price }))
    .filter((one) => one.quantity === quantity && (one.above === 0 || size > one.above))
    .toSorted((one, other) => one.above - other.above)
  return found.at(-1)?.price
}

describe('published price lists', () => {
  itUnless(pythonReason)('cost as much as LiteLLM computes, for each model with prices by size', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-prices-'))
    try {
      const must = async (command: string, args: readonly string[]) => {
        const { code, output } = await runTool(command, args, { cwd: folder })
        if (code !== 0) throw new Error(output)
      }
      await must('python3', ['-m', 'venv', folder])
      await must(join(folder, 'bin/pip'), ['install', '--quiet', LITELLM])
      const [path] = globSync('lib/python*/site-packages/litellm/model_prices_and_context_window_backup.json', {
        cwd: folder,
      })
      const text = readFileSync(join(folder, path!), 'utf8')
      const listed = JSON.parse(text) as Record<string, { litellm_provider: string }>
      const { prices, differences } = readPriceDocument({ form: 'litellm', providers: [] }, text)
      expect(prices.size).toBeGreaterThan(2_000)
      expect(differences.filter(({ reason }) => reason === 'NO_NUMBER')).toEqual([])
      expect(differences.map(({ member }) => member)).toContain('input_cost_per_token_priority')
      const calls = [...prices].flatMap(([model, of]) => {
        const sizes = new Set([...of.keys()].map((key) => readPriceKey(key).above).filter((above) => above > 0))
        return [...sizes].flatMap((size) =>
          [size - 1_000, size + 1, size + 50_000].map((prompt) => ({ model, of, prompt, cached: 500, output: 1_000 })),
        )
      })
      expect(calls.length).toBeGreaterThan(900)
      const input = JSON.stringify(
        calls.map(({ model, prompt, cached, output }) => [
          model,
          listed[model]!.litellm_provider,
          prompt,
          cached,
          output,
        ]),
      )
      const costs = JSON.parse(
        execFileSync(join(folder, 'bin/python'), ['test/support/litellm-costs.py'], {
          input,
          encoding: 'utf8',
          env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
          maxBuffer: 1e8,
        }),
      ) as (number | null)[]
      const other = calls.flatMap(({ model, of, prompt, cached, output }, index) => {
        const inputPrice = priceAt(of, 'input_tokens', prompt) ?? 0
        const cost =
          ((prompt - cached) * inputPrice +
            cached * (priceAt(of, 'cached_tokens', prompt) ?? inputPrice) +
            output * (priceAt(of, 'output_tokens', prompt) ?? 0)) /
          1e6
        const theirs = costs[index]!
        return theirs !== null && Math.abs(theirs - cost) <= cost * 1e-9 ? [] : [{ model, prompt, cost, theirs }]
      })
      expect(other).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
