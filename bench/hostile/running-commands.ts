import type pg from 'pg'
import { seedHistory } from '../agents/seed.js'

/** Commands of each of these agents that wait for their report. The first agent has only commands that ended. */
export const RUNNING_COMMANDS = 1_000

const firstOf = (agent: number): number => agent * 1_000_000

/** The id of one of them. */
export const runningCommand = (agent: number, index: number): string =>
  `cmd_${String(firstOf(agent) + index).padStart(26, '0')}`

export async function seedRunningCommands(pool: pg.Pool, agents: number): Promise<void> {
  for (let agent = 2; agent <= agents; agent++) await seedHistory(pool, agent, firstOf(agent), RUNNING_COMMANDS)
  await pool.query(`update command set status = 'RUNNING', finished_at = null where id >= $1`, [runningCommand(2, 0)])
}
