import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

interface Decision {
  readonly file: string
  readonly number: string
  readonly title: string
  readonly status: string
  readonly text: string
}

const FOLDER = 'docs/decisions'
/** `superseded by` is followed by links to later decisions. */
const STATUS = /^(proposed|accepted|superseded by (?<whole>\[.+)|accepted, superseded in part by (?<part>\[.+))$/
const PARTS = ['What', 'Instead of', 'Why']

const decisions = globSync(`${FOLDER}/*.md`)
  .toSorted()
  .filter((path) => basename(path) !== 'README.md')
  .map((path) => readDecision(path))
const files = new Set(decisions.map(({ file }) => file))

describe('decisions', () => {
  it('are few, and have the number of their file name once', () => {
    expect(decisions.length).toBeGreaterThan(80)
    // A rule that concerns one folder belongs to the README of the folder.
    expect(decisions.length).toBeLessThanOrEqual(125)
    expect(new Set(decisions.map(({ number }) => number)).size).toBe(decisions.length)
    for (const { file, number } of decisions) expect(file).toMatch(new RegExp(`^${number}(-[a-z0-9]+)+\\.md$`))
  })

  it('have a unique title', () => {
    expect(decisions.map(({ title }) => title)).toHaveLength(new Set(decisions.map(({ title }) => title)).size)
  })

  it('have a status with a date', () => {
    expect(decisions.filter(({ status }) => !STATUS.test(status)).map(({ file, status }) => [file, status])).toEqual([])
  })

  it('have the parts What, Instead of and Why in this order', () => {
    const wrong = decisions.filter(({ text }) => {
      const parts = [...text.matchAll(/^\*\*([^*]+)\*\* \S/gm)].map(([, part]) => part)
      return JSON.stringify(parts.slice(0, PARTS.length)) !== JSON.stringify(PARTS)
    })
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  it('link to a later decision if they are superseded', () => {
    for (const { file, number, status } of decisions) {
      const { whole, part } = STATUS.exec(status)!.groups ?? {}
      const links = linksIn(whole ?? part ?? '')
      expect([file, links.length > 0]).toEqual([file, Boolean(whole ?? part)])
      for (const { label, target } of links)
        expect([file, target.startsWith(`${label}-`) && label > number]).toEqual([file, true])
    }
  })

  it('link only to decisions that exist', () => {
    const broken = decisions.flatMap(({ file, text }) =>
      linksIn(text)
        .filter(({ target }) => /^\d{4}/.test(target) && !files.has(target))
        .map(({ target }) => `${file}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('are listed in the index with title and status', () => {
    const rows = [...readFileSync(`${FOLDER}/README.md`, 'utf8').matchAll(/^\| \[\d{4}\].*$/gm)].map(([row]) => row)
    expect(rows).toEqual(
      decisions.map(({ file, number, title, status }) => `| [${number}](${file}) | ${title} | ${status} |`),
    )
  })
})

function readDecision(path: string): Decision {
  const text = readFileSync(path, 'utf8')
  const [, number = '', title = ''] = /^# (\d{4}) (.+)\n/.exec(text) ?? []
  const [, status = ''] = /^Status: (.+) · \d{4}-\d{2}-\d{2}$/m.exec(text) ?? []
  return { file: basename(path), number, title, status, text }
}

function linksIn(text: string): { label: string; target: string }[] {
  return [...text.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, label, target]) => ({
    label: label!,
    target: target!,
  }))
}
