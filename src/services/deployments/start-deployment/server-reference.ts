import { z } from 'zod'

const MESSAGE = 'The reference of a server must have 1 to 200 printable ASCII characters without spaces.'

/** Name of a server in the system of the caller. */
export const serverReference = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, MESSAGE)
  .nullish()
