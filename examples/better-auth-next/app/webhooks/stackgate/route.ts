import { verifyWebhook } from '@stackgate/client/webhooks' // webhook

export async function POST(request: Request) {
  try {
    const secret = process.env['STACKGATE_WEBHOOK_SECRET'] ?? ''
    const event = verifyWebhook(await request.text(), Object.fromEntries(request.headers), secret) // webhook
    // Deliveries can be repeated: store `event.id`, and handle each event once.
    console.log('event', event.id, event.type)
    return new Response(null, { status: 204 })
  } catch (error) {
    return Response.json({ message: String(error) }, { status: 400 })
  }
}
