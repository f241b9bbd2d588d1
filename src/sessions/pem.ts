import { X509Certificate } from 'node:crypto';
import { ValidateBy } from 'class-validator';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Checks that a text is PEM certificates that can be read: what cannot, TLS would ignore in silence and then trust nobody. */
export function IsPemCertificates(): PropertyDecorator {
  return ValidateBy({ name: 'isPemCertificates', validator: { validate: arePemCertificates, defaultMessage: () => '$property must be PEM certificates' } });
}

function arePemCertificates(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const certificates = value.match(CERTIFICATE) ?? [];
  return certificates.length > 0 && certificates.every(isReadable) && value.replace(CERTIFICATE, '').trim() === '';
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey !== undefined;
  } catch {
    return false;
  }
}
