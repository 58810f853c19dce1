import type pg from 'pg'

/**
 * Brings the database to where one that has run for a while is: what was written before is written out, and the files of its log are there
 * to be used again. One that was just made writes every file of its log full of zeros first, and whoever commits waits for it.
 */
export async function atRest(client: pg.Client): Promise<void> {
  await client.query('checkpoint')
}
