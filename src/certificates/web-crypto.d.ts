import type { webcrypto } from 'node:crypto';

/** The names under which @peculiar/x509 knows Web Crypto's types: those of browsers. Node has the same ones under its own module. */
declare global {
  interface Algorithm extends webcrypto.Algorithm {}
  interface Crypto extends webcrypto.Crypto {}
  interface CryptoKey extends webcrypto.CryptoKey {}
  interface CryptoKeyPair extends webcrypto.CryptoKeyPair {}
  interface EcKeyGenParams extends webcrypto.EcKeyGenParams {}
  interface EcKeyImportParams extends webcrypto.EcKeyImportParams {}
  interface EcdsaParams extends webcrypto.EcdsaParams {}
  interface RsaHashedImportParams extends webcrypto.RsaHashedImportParams {}
  interface RsaHashedKeyGenParams extends webcrypto.RsaHashedKeyGenParams {}
  type AlgorithmIdentifier = webcrypto.AlgorithmIdentifier;
  type BufferSource = webcrypto.BufferSource;
  type KeyUsage = webcrypto.KeyUsage;
}
