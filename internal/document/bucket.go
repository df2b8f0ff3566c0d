package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Bucket keeps bodies as objects: PREFIX/SHELF/abcdef…. An object is there whole or not at all.
type Bucket struct {
	client *s3.Client
	name   string
	prefix string
	spools string
}

// IsBucket tells whether a place is a bucket's address.
func IsBucket(place string) bool { return strings.HasPrefix(place, "s3://") }

// BucketKey is what opens a bucket.
type BucketKey struct{ ID, Secret string }

// OpenBucket opens s3://HOST/BUCKET/PREFIX; ?region=NAME names the region, default us-east-1, and ?tls=off is for
// a server on this machine. spools is a local folder for what is being received. The bucket must be there.
func OpenBucket(ctx context.Context, place string, key BucketKey, spools string) (*Bucket, error) {
	u, err := url.Parse(place)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, errors.New("a bucket's address is s3://HOST/BUCKET or s3://HOST/BUCKET/PREFIX; its key has settings of its own")
	}
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if name == "" {
		return nil, errors.New("the address names no bucket: s3://HOST/BUCKET")
	}
	region, scheme := "us-east-1", "https"
	for param, values := range u.Query() {
		switch {
		case param == "region" && values[0] != "":
			region = values[0]
		case param == "tls" && values[0] == "off":
			scheme = "http"
		default:
			return nil, fmt.Errorf("a bucket's address knows region=NAME and tls=off, and not %s=%s", param, values[0])
		}
	}
	if prefix != "" {
		prefix += "/"
	}
	if err := os.MkdirAll(spools, 0o700); err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = time.Minute
	b := &Bucket{name: name, prefix: prefix, spools: spools, client: s3.New(s3.Options{
		Region:       region,
		BaseEndpoint: aws.String(scheme + "://" + u.Host),
		Credentials:  credentials.NewStaticCredentialsProvider(key.ID, key.Secret, ""),
		// The bucket's name in the path, and no checksums of Amazon's own: servers of others know neither.
		UsePathStyle:               true,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		HTTPClient:                 &http.Client{Transport: transport},
	})}
	if _, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name}); err != nil {
		return nil, fmt.Errorf("the bucket %s of %s cannot be opened: %w", name, u.Host, err)
	}
	return b, nil
}

func (b *Bucket) key(shelf string, hash Hash) *string {
	return aws.String(b.prefix + shelf + "/" + string(hash))
}

// Spools implements Bodies.
func (b *Bucket) Spools() string { return b.spools }

// Spool implements Bodies.
func (b *Bucket) Spool() (*os.File, error) { return os.CreateTemp(b.spools, "spool-") }

// freshFor is how young an object must be to be left as it is when the same bytes come again. It is far
// below Grace, so that no object is swept that an upload relies on.
const freshFor = Grace / 4

// Keep implements Bodies.
func (b *Bucket) Keep(ctx context.Context, shelf string, hash Hash, spool *os.File) error {
	key := b.key(shelf, hash)
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: key})
	if err != nil && !isNoObject(err) {
		return outOfReach(err)
	}
	if err != nil || head.LastModified == nil || time.Since(*head.LastModified) > freshFor {
		size, err := spool.Seek(0, io.SeekEnd)
		if err != nil {
			return err
		}
		if _, err := spool.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err = b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: key, Body: spool, ContentLength: &size})
		if err != nil {
			return outOfReach(err)
		}
	}
	return os.Remove(spool.Name())
}

// outOfReach is a failure of the bucket's server; the caller may try again.
func outOfReach(err error) error {
	return fault.Wrap(fault.Busy, err, "The files' place is out of reach; try again")
}

func isNoObject(err error) bool {
	var noKey *types.NoSuchKey
	var notFound *types.NotFound
	return errors.As(err, &noKey) || errors.As(err, &notFound)
}

// Open implements Bodies. The content is fetched from where it is read.
func (b *Bucket) Open(ctx context.Context, shelf string, hash Hash) (io.ReadSeekCloser, error) {
	key := b.key(shelf, hash)
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: key})
	if isNoObject(err) {
		return nil, errMissing(shelf, hash)
	}
	if err != nil {
		return nil, outOfReach(err)
	}
	return &object{ctx: ctx, bucket: b, key: key, size: aws.ToInt64(head.ContentLength)}, nil
}

// Remove implements Bodies.
func (b *Bucket) Remove(ctx context.Context, shelf string, hash Hash) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: b.key(shelf, hash)})
	return err
}

// Each implements Bodies.
func (b *Bucket) Each(ctx context.Context, shelf string, fn func(Hash, time.Time) error) error {
	prefix := b.prefix + shelf + "/"
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, found := range page.Contents {
			name := strings.TrimPrefix(aws.ToString(found.Key), prefix)
			if !IsHash(name) || found.LastModified == nil {
				continue
			}
			if err := fn(Hash(name), *found.LastModified); err != nil {
				return err
			}
		}
	}
	return nil
}

// Forget implements Bodies.
func (b *Bucket) Forget(before time.Time) error {
	err := forgetSpools(b.spools, before)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// DefaultSpools is where a bucket's bodies are received when no other folder is named.
func DefaultSpools() string { return filepath.Join(os.TempDir(), "bridgework-spools") }

// object reads an object from any place in it. Each move to another place is a new request.
type object struct {
	ctx    context.Context
	bucket *Bucket
	key    *string
	size   int64
	at     int64
	body   io.ReadCloser // from at on; nil until it is read
}

// Read implements io.Reader.
func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if o.body == nil {
		got, err := o.bucket.client.GetObject(o.ctx, &s3.GetObjectInput{
			Bucket: &o.bucket.name, Key: o.key, Range: aws.String(fmt.Sprintf("bytes=%d-", o.at)),
		})
		if err != nil {
			return 0, outOfReach(err)
		}
		o.body = got.Body
	}
	n, err := o.body.Read(p)
	o.at += int64(n)
	if errors.Is(err, io.EOF) && o.at < o.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	to := offset
	switch whence {
	case io.SeekCurrent:
		to += o.at
	case io.SeekEnd:
		to += o.size
	}
	if to < 0 {
		return 0, errors.New("seek before the beginning")
	}
	if to != o.at {
		o.at = to
		if err := o.Close(); err != nil {
			return 0, err
		}
	}
	return to, nil
}

// Close implements io.Closer.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	body := o.body
	o.body = nil
	return body.Close()
}
