#!/bin/sh
# Takes out of a package folder what no function uses. Botocore describes every AWS service; Parley speaks to three.
set -eu
cd "$1"

find botocore/data -mindepth 1 -maxdepth 1 -type d \
    ! -name dynamodb ! -name s3 ! -name sqs -exec rm -r '{}' +
find boto3/data -mindepth 1 -maxdepth 1 -type d ! -name dynamodb ! -name s3 ! -name sqs -exec rm -r '{}' +
rm -rf boto3/examples bin
find . -type d \( -name __pycache__ -o -name tests \) -exec rm -r '{}' +
find . -type f \( -name '*.pyi' -o -name '*.pyc' -o -name .lock \) -delete
