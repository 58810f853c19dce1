// Files for language models: an index, the text of all pages for readers, and each page as Markdown.
import { modulesOfPages } from './pages.mjs'

/** Pages about the project itself. They are in the index, not in the complete text. */
const INTERNAL =
  /^(?:source|changelog)\/|^(?:style|glossary|changelog|code-of-conduct|contributing|extending|architecture)\.md$/

/** @returns {[string, string][]} names and texts of the files */
export function agentFiles(pages, kinds, base, modules) {
  const header =
    '# Stackgate\n\n> Stackgate is a GraphQL server that sells software and operates it: plans, entitlements, billing, ' +
    'a template marketplace, and commands for agents on servers of customers.\n' +
    (modules ? `\nThis installation has the modules ${modules}. Pages of other modules do not apply to it.\n` : '')
  const ofModule = (link) => (modulesOfPages[link] ? ` (module ${modulesOfPages[link]})` : '')
  const lists = kinds.map(
    ({ title, items, groups }) =>
      `## ${title}\n\n${[...items, ...groups.flatMap((group) => group.items)].map(({ text, link, question }) => `- [${text}](${base}${link}): ${question}${ofModule(link)}`).join('\n')}\n`,
  )
  const reference = pages
    .filter(({ path }) => path.startsWith('reference/'))
    .map(({ title, path }) => `- [${title}](${base}${path})${ofModule(path)}`)
  const full = pages
    .filter(({ path }) => !INTERNAL.test(path))
    .map(({ path, markdown }) => `<!-- ${base}${path} -->\n\n${markdown}`)
  return [
    ['llms.txt', `${header}\n${lists.join('\n')}\n## Pages of the reference\n\n${reference.join('\n')}\n`],
    ['llms-full.txt', `${header}\n${full.join('\n')}`],
    ...pages.map(({ path, markdown }) => [path, markdown]),
    ...skillFiles(pages.find(({ path }) => path === 'recipes.md')?.markdown ?? '', base),
  ]
}

/** Each recipe as a skill of a coding agent (agentskills.io), and their index. The server has them at `/.well-known/skills/` as well. */
export function skillFiles(recipes, base) {
  const [head, ...sections] = recipes.split(/^## /m)
  const skills = sections.map((section) => {
    const [title] = section.split('\n', 1)
    const name = `stackgate-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
    const [, needs] =
      head
        .split('\n')
        .find((line) => line.includes(`[${title}]`))
        ?.match(/\) \| (.+) \|$/) ?? []
    const description =
      `${title}: a recipe of Stackgate, a server for plans, entitlements and billing.` +
      (needs ? ` Needs ${needs.replaceAll('`', '')}.` : '')
    const text = section.replaceAll(/\]\((?![a-z]+:)([^)#]*)/g, (_, path) => `](${base}${path || 'recipes.md'}`)
    return {
      name,
      description,
      text: `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n# ${text}`,
    }
  })
  const index = skills.map(({ name, description }) => ({ name, description, files: ['SKILL.md'] }))
  return [
    ['skills/index.json', `${JSON.stringify({ skills: index }, null, 2)}\n`],
    ...skills.map(({ name, text }) => [`skills/${name}/SKILL.md`, text]),
  ]
}
