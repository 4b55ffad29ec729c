using Npgsql;
using SciCoT.Postgres;
using SciCoT.Postgres.Database;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Postgres;

public sealed class PostgresRationaleStoreTests(PostgresServer server) : DurableStoreConformance
{
    private readonly string _schema = PostgresServer.NewSchema();

    [Fact]
    public async Task Open_ByManyAtOnce_MakesTheSchemaOnce()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => server.OpenAsync(_schema, Token)));

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM {0}.schema_version WHERE version = 1"));
        Assert.Equal((long)SchemaMigration.Latest, await ScalarAsync("SELECT count(*) FROM {0}.schema_version"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Append_ByTwoStores_KeepsTheFirstOfEachKey()
    {
        await using var first = await server.OpenAsync(_schema, Token);
        await using var second = await server.OpenAsync(_schema, Token);

        var added = await Task.WhenAll(Enumerable.Range(0, 2000).SelectMany(i => new[] { first.AppendAsync(Records.Sample(i), Token), second.AppendAsync(Records.Sample(1999 - i), Token) }));

        Assert.Equal(2000, added.Count(isNew => isNew));
        Assert.Equal(2000, await first.CountAsync(Token));
        Assert.True(await second.ContainsAsync(Records.Sample(7).Key, Token));
    }

    [Fact]
    public async Task Open_SchemaOfALaterVersion_IsRefused()
    {
        await (await server.OpenAsync(_schema, Token)).DisposeAsync();
        await ScalarAsync("INSERT INTO {0}.schema_version (version) VALUES (99) RETURNING 1");

        var refused = await Assert.ThrowsAsync<PostgresStoreException>(() => server.OpenAsync(_schema, Token));

        Assert.Contains("version 99", refused.Message);
        Assert.Contains("Update SciCoT", refused.Message);
    }

    [Fact]
    public async Task Open_ForReading_MakesNothing()
    {
        var cluster = await server.ClusterAsync();

        var missing = await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresRationaleStore.OpenAsync(cluster.ConnectionString, new() { Schema = _schema, CreateSchema = false }, Token));

        Assert.Contains("There is no rationale store", missing.Message);
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM pg_namespace WHERE nspname = '" + _schema + "'"));
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherEncoding_IsRefused()
    {
        var cluster = await server.ClusterAsync();
        await ScalarAsync("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");

        var refused = await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresRationaleStore.OpenAsync(cluster.ConnectionString.Replace("Database=postgres", "Database=latin"), cancellationToken: Token));

        Assert.Contains("LATIN1", refused.Message);
    }

    [Fact]
    public async Task Append_ToAServerWithoutSynchronousCommit_IsCommittedSynchronously()
    {
        var cluster = await server.ClusterAsync();
        await using var store = await PostgresRationaleStore.OpenAsync(cluster.ConnectionString + ";Options=-c synchronous_commit=off", new() { Schema = _schema }, Token);
        await ScalarAsync("CREATE TABLE {0}.seen (value text)");
        await ScalarAsync("CREATE FUNCTION {0}.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO {0}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$");
        await ScalarAsync("CREATE TRIGGER see AFTER INSERT ON {0}.rationales EXECUTE FUNCTION {0}.see()");

        await store.AppendAsync(Records.Sample(0), Token);

        Assert.Equal("on", await ScalarAsync("SELECT value FROM {0}.seen"));
    }

    [Fact]
    public async Task Read_RowThatIsNoRecord_NamesIt()
    {
        await using var store = await server.OpenAsync(_schema, Token);
        await ScalarAsync("INSERT INTO {0}.rationales (key, record, batch) VALUES (gen_random_uuid(), '{{\"questionHash\":\"ab\"}}', gen_random_uuid()) RETURNING 1");

        var bad = await Assert.ThrowsAsync<InvalidFileException>(async () => await store.ReadAllAsync(Token).ToListAsync(Token));

        Assert.Contains("with number = 1 in", bad.Message);
    }

    [Theory]
    [InlineData("wrong-secret", "Check user and password")]
    [InlineData("wrong-secret;Database=absent-database", "absent-database")]
    [InlineData("wrong-secret;Port=1;Timeout=2", ":1")]
    [InlineData("wrong-secret;Timeout=many", "cannot be read")]
    [InlineData("wrong;secret", "cannot be read")]
    [InlineData("wrong;secret=1", "cannot be read")]
    public async Task Open_ThatFails_NeverShowsThePassword(string password, string named)
    {
        var cluster = await server.ClusterAsync();
        var messages = new List<string>();

        var failure = await Assert.ThrowsAsync<PostgresStoreException>(() => PostgresRationaleStore.OpenAsync(
            cluster.Connection(password), new() { RetryFor = TimeSpan.FromMilliseconds(200), OnRetry = messages.Add }, Token));

        Assert.Contains(named, failure.Message);
        Assert.All([failure.ToString(), .. messages], text => Assert.DoesNotContain("secret", text));
    }

    [Fact]
    public async Task Name_TellsServerAndDatabaseButNoPassword()
    {
        await using var store = await server.OpenAsync(_schema, Token);

        Assert.Equal($"the database 'postgres' on 127.0.0.1:{(await server.ClusterAsync()).Port}", store.Name);
    }

    private protected override async ValueTask<IRationaleStore> OpenAsync() => await server.OpenAsync(_schema, Token);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create((await server.ClusterAsync()).ConnectionString);
        await using var command = source.CreateCommand(string.Format(sql, $"\"{_schema.Replace("\"", "\"\"")}\""));
        return await command.ExecuteScalarAsync(Token);
    }
}
