/** Frameworks to which the files can be added. */
export const FRAMEWORKS = ['next', 'hono', 'express', 'fastify', 'fastapi', 'django', 'go'] as const
export type FrameworkName = (typeof FRAMEWORKS)[number]
