import { customerOf, options } from '@/auth'

export async function POST(request: Request) {
  const user = await customerOf(request)
  if (!user) return Response.json({ message: 'Sign in first.' }, { status: 401 })
  const started = await options.stackgate.checkout({ ...user, plan: 'scale', provider: 'STRIPE' }) // sale
  return started.ok ? Response.json(started.value) : Response.json(started.denial, { status: 402 })
}
