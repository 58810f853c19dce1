import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { projectFolder } from '#services/kernel/project-folder.js'

const shipped = z.object({
  services: z.object({ postgres: z.looseObject({ image: z.string(), secrets: z.array(z.string()) }) }),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.unknown()),
})

/** User and database of the PostgreSQL in the shipped compose file. */
export const DATABASE = { user: 'stackgate', name: 'stackgate' } as const

/**
 * Compose file with the PostgreSQL of the shipped one, which only this machine reaches. The server runs from its package: no
 * image of it is published.
 */
export function composeFile(business: string, databasePort: number): string {
  const { services, volumes, secrets } = shipped.parse(
    parse(readFileSync(join(projectFolder(), 'deploy/compose.yaml'), 'utf8'), { merge: true }),
  )
  // A port of an internal network cannot be published.
  const { networks: _internal, ...postgres } = services.postgres
  const text = stringify(
    {
      name: business,
      services: { postgres: { ...postgres, ports: [`127.0.0.1:${databasePort}:5432`] } },
      volumes: pick(volumes, ['postgres']),
      secrets: pick(secrets, postgres.secrets),
    },
    { lineWidth: 0 },
  )
  return `# PostgreSQL for the server that \`npx --no stackgate\` starts: docker compose up --detach --wait\n${text}`
}

const pick = (record: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
