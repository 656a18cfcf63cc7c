import { generateKeyPairSync, sign } from 'node:crypto'

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly (Buffer | number)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const SEQUENCE = 0x30
const ECDSA_SHA256 = der(SEQUENCE, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'))
const named = (name: string): Buffer =>
  der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(name)))))
const utcTime = (year: number): Buffer => der(0x17, Buffer.from(`${String(year % 100).padStart(2, '0')}0101000000Z`))

/** A key and a certificate (X.509 version 1) for `localhost` that it signed itself. */
export function askCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const year = new Date().getUTCFullYear()
  const body = der(
    SEQUENCE,
    der(0x02, 1),
    ECDSA_SHA256,
    named('localhost'),
    der(SEQUENCE, utcTime(year - 1), utcTime(year + 2)),
    named('localhost'),
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const cert = der(SEQUENCE, body, ECDSA_SHA256, der(0x03, 0, sign('sha256', body, privateKey)))
  const lines = cert.toString('base64').replace(/(.{64})/g, '$1\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
