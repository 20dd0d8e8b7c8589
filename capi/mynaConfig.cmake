# SPDX-License-Identifier: Apache-2.0
# find_package(myna): the target Myna::myna.
include(${CMAKE_CURRENT_LIST_DIR}/mynaTargets.cmake)
