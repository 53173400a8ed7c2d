import * as z from 'zod'
import { type CallName, calls } from '../../shared/contract.ts'
import { errorCodes } from '../../shared/errors.ts'

/** The OpenAPI 3.1 description of POST /api/<name>, derived from the contract table. */
export function openApiDocument(version: string): Record<string, unknown> {
  const fault = {
    type: 'object',
    required: ['ok', 'fault'],
    properties: {
      ok: { const: false },
      fault: {
        type: 'object',
        required: ['code', 'message'],
        properties: { code: { enum: errorCodes }, message: { type: 'string' } },
      },
    },
  }
  const paths = Object.fromEntries(
    (Object.keys(calls) as CallName[]).map((name) => [
      `/api/${name}`,
      {
        post: {
          operationId: name,
          summary: calls[name].about,
          requestBody: { content: { 'application/json': { schema: schemaOf(calls[name].request, 'input') } } },
          responses: {
            200: {
              description: 'The value, or a fault of the closed table.',
              content: {
                'application/json': {
                  schema: {
                    oneOf: [
                      {
                        type: 'object',
                        required: ['ok', 'value'],
                        properties: { ok: { const: true }, value: schemaOf(calls[name].response, 'output') },
                      },
                      fault,
                    ],
                  },
                },
              },
            },
            400: { description: 'The request is not as its schema says.' },
            401: { description: 'No session.' },
            403: { description: 'Host or Origin is not allowed.' },
          },
        },
      },
    ]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'PlexSync window API', version, description: 'Events: server-sent events at GET /api/events.' },
    paths,
  }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' })
}
