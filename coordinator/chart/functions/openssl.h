// OpenSSL's handles with an owner. Private to the functions.
#pragma once
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "common/freer.h"

namespace devstats::chart::internal {

using BigNumber = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Name = std::unique_ptr<X509_NAME, Freer<X509_NAME_free>>;
using BitString = std::unique_ptr<ASN1_BIT_STRING, Freer<ASN1_BIT_STRING_free>>;
using OctetString = std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>>;

inline const uint8_t* Bytes(const char* data) { return reinterpret_cast<const uint8_t*>(data); }
inline uint8_t* Bytes(char* data) { return reinterpret_cast<uint8_t*>(data); }

}  // namespace devstats::chart::internal
