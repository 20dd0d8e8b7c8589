// SPDX-License-Identifier: Apache-2.0
// The standard's C header, PKCS#11 3.0, from Debian's libnss3-dev, and what it lacks.
#pragma once

#include <pkcs11.h>

// Vendor attributes of the counter object (class CKO_MYNA_PIN_COUNTER), each a CK_ULONG. docs/pkcs11.md.
#define CKO_MYNA_PIN_COUNTER (CKO_VENDOR_DEFINED | 0x4D594E00UL)
#define CKA_MYNA_TRIES_REMAINING (CKA_VENDOR_DEFINED | 0x4D594E01UL)   // CK_UNAVAILABLE_INFORMATION while another program left the PIN open
#define CKA_MYNA_TRIES_MAXIMUM (CKA_VENDOR_DEFINED | 0x4D594E02UL)
