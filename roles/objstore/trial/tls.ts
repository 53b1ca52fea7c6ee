/** Why TLS failed, by the code of the error: the text behind it is another one in each line of Node. */

const told: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the server has a self-signed certificate, which the host does not trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from a CA that the host does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate comes from a CA that the host does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from a CA that the host does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from a CA that the host does not know',
  CERT_UNTRUSTED: 'the host does not trust the certificate',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name than that of "endpoint"',
}

/** `message`: what Node says, for codes that have no text here. */
export function tlsFailure(code: string, message: string): string {
  return told[code] ?? message
}

/** Whether a code is one of TLS. */
export function isTlsFailure(code: string): boolean {
  return code in told || /CERT|VERIFY|ISSUER|EPROTO|^ERR_(SSL|TLS)/.test(code)
}
