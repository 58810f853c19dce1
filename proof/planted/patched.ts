import type { PlantedBug } from '#proof/planted/planted-bugs.js'

/** The source of a file with a planted bug. Throws if the text of the patch does not occur exactly once. */
export function patched({ id, file, text, replacement }: PlantedBug, source: string): string {
  const parts = source.split(text)
  if (parts.length !== 2)
    throw new Error(`The text of the planted bug ${id} occurs ${parts.length - 1} times in src/${file}, and not once.`)
  return parts.join(replacement)
}
