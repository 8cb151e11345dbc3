#!/bin/sh
# Takes out of a package folder what the scorer does not use; a test scores with what is left.
set -eu
cd "$1"

# Python speaks to its own copy of the runtime; the library is a second one, for programs in C.
rm -f onnxruntime/capi/libonnxruntime.so*
rm -rf onnxruntime/backend onnxruntime/datasets onnxruntime/quantization onnxruntime/tools onnxruntime/transformers
rm -rf numpy/_core/include numpy/_core/lib numpy/_pyinstaller numpy/f2py numpy/random numpy/testing tokenizers/tools
rm -rf bin
find . -type d \( -name __pycache__ -o -name tests \) -exec rm -r '{}' +
find . -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyc' -o -name .lock \) -delete
