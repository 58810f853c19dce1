import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { projectFolder } from '../project-folder.js'

/**
 * The project's own pages where they are built or being built, unless the setting is `off` or names another folder. The start of the server
 * creates the folder and fills it when the build ends.
 */
export function pagesFolder(name: string, setting: string | undefined, own: string, problems: string[]): string | null {
  if (setting === 'off') return null
  const isOwn = !setting || setting === 'on'
  const folder = isOwn ? join(projectFolder(), own) : resolve(setting)
  if (existsSync(isOwn ? folder : join(folder, 'index.html'))) return folder
  if (setting) problems.push(`${name}: there is no index.html in ${folder}; use off, on, or a folder with built pages`)
  return null
}
