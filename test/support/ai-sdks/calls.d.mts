import type { AiPlan } from './ai-provider.js'

export function planOf(seed: number, number: number, streamsOnly?: boolean): AiPlan
