/** Mocha lets a rejection that nobody handles pass; in the product the process would end. So here it fails the test. */
process.on('unhandledRejection', (reason) => {
  throw reason;
});
