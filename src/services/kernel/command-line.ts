import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from './project-folder.js'

/** A command of `stackgate` as people type it: through npm in a checkout, through npx after an installation from a package. */
export function commandLine(command: string): string {
  if (!existsSync(join(projectFolder(), 'package-lock.json'))) return `npx --no stackgate ${command}`
  const [script, ...rest] = command.split(' ')
  return rest.length > 0 ? `npm run ${script} -- ${rest.join(' ')}` : `npm run ${script}`
}
