/** One instruction of a Dockerfile, with the stage that it belongs to. */
export interface DockerInstruction {
  readonly stage: number
  readonly name: string
  readonly text: string
}

/** Reads a Dockerfile: comments and continued lines are taken care of. */
export function readDockerfile(source: string): DockerInstruction[] {
  let stage = -1
  return source
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name, text] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? []
      if (!name) return []
      if (name === 'FROM') stage++
      return [{ stage, name, text: text!.trim() }]
    })
}

/** The images that a Dockerfile begins with, by the defaults of its arguments. */
export function basesOf(instructions: readonly DockerInstruction[]): string[] {
  const defaults = new Map(
    instructions.filter(({ name }) => name === 'ARG').map(({ text }) => text.split('=') as [string, string]),
  )
  return instructions
    .filter(({ name }) => name === 'FROM')
    .map(({ text }) => text.split(/\s+/)[0]!.replace(/^\$\{(\w+)\}$/, (_, name: string) => defaults.get(name) ?? ''))
}
