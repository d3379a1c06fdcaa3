using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A PostgreSQL with a certificate that no authority of this machine has signed, as hosted ones often have.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresTlsTests(PostgresCluster cluster) : LessonDatabaseTest
{
    [Fact]
    public async Task The_certificate_is_looked_at_where_the_url_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The server's key is installed with Unix permissions.");
        await Site.AddAsync("a");
        var (certificate, key) = SelfSigned();
        await cluster.WriteAsync("server.crt", certificate);
        await cluster.WriteAsync("server.key", key);
        Folder.Write("server.crt", certificate);
        Folder.Write("other.crt", SelfSigned().Certificate);
        await cluster.ConfigureAsync("ssl = on");
        try
        {
            foreach (var accepted in new[] { "sslmode=require", "sslmode=prefer", "sslmode=disable", "sslmode=require&sslaccept=strict&sslcert=server.crt", "sslmode=verify-full&sslrootcert=server.crt", "sslmode=verify-ca&sslrootcert=./server.crt" })
                LinkTo(cluster.Url(accepted), "", Sent("a", "v1")).RequireNoErrors();
            foreach (var refused in new[] { "sslmode=require&sslaccept=strict", "sslmode=require&sslaccept=strict&sslcert=other.crt", "sslmode=verify-full", "sslmode=verify-ca&sslrootcert=other.crt" })
                Assert.Equal(["CertificateRejected"], LinkTo(cluster.Url(refused), "", Sent("a", "v1")).ErrorIds);
        }
        finally
        {
            await cluster.ConfigureAsync("ssl = off");
        }
    }

    [Fact]
    public async Task A_server_that_asks_for_a_certificate_gets_the_one_of_the_url()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The server's key is installed with Unix permissions.");
        await Site.AddAsync("a");
        var (certificate, key) = SelfSigned();
        await cluster.WriteAsync("server.crt", certificate);
        await cluster.WriteAsync("server.key", key);
        await cluster.WriteAsync("clients.crt", certificate);
        Folder.Write("client.crt", certificate);
        Folder.Write("client.key", key);
        using (var pair = X509Certificate2.CreateFromPem(certificate, key))
            await File.WriteAllBytesAsync(Folder["client.p12"], pair.Export(X509ContentType.Pkcs12, "open sesame"), TestContext.Current.CancellationToken);
        var rules = await cluster.ReadAsync("pg_hba.conf");
        await cluster.WriteAsync("pg_hba.conf", rules.Replace("host all all 127.0.0.1/32 scram-sha-256", "hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca"));
        await cluster.ConfigureAsync("ssl = on\nssl_ca_file = 'clients.crt'");
        try
        {
            foreach (var known in new[] { "sslidentity=client.p12&sslpassword=open%20sesame", "sslcert=client.crt&sslkey=client.key" })
                LinkTo(cluster.Url($"sslmode=require&{known}"), "", Sent("a", "v1")).RequireNoErrors();
            Assert.Equal(["DatabaseAccessDenied"], LinkTo(cluster.Url("sslmode=require"), "", Sent("a", "v1")).ErrorIds);
            Assert.Equal(["DatabaseUrlInvalid"], LinkTo(cluster.Url("sslmode=require&sslidentity=client.p12&sslpassword=guess"), "", Sent("a", "v1")).ErrorIds);
        }
        finally
        {
            await cluster.WriteAsync("pg_hba.conf", rules);
            await cluster.ConfigureAsync("ssl = off\nssl_ca_file = ''");
        }
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    /// <summary>A certificate for the loopback address that signs itself, and its key.</summary>
    private static (string Certificate, string Key) SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=site", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
