import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#services/kernel/project-folder.js'

/** Text of the schema of all modules, which `npm run schema` writes. */
export const printedSchema = (): string => readFileSync(join(projectFolder(), 'src/schema/schema.graphql'), 'utf8')
