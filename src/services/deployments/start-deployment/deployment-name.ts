import { z } from 'zod'

const MAX_CHARACTERS = 200
const MESSAGE = `The name must have 1 to ${MAX_CHARACTERS} characters.`

/** Display name of a deployment. */
export const deploymentName = z.string().trim().min(1, MESSAGE).max(MAX_CHARACTERS, MESSAGE)
