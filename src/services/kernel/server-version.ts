import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { projectFolder } from './project-folder.js'

/** Version of this server: that of its package. */
export const serverVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(projectFolder(), 'package.json'), 'utf8')))
    .version
