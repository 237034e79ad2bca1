/** Enrols this archiver with a workspace by a one-time code. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { createSignalingApi } from './signaling-api.ts';
import { loadDeviceKey, loadEnrolment, saveEnrolment } from './state-files.ts';
import type { Enrolment } from './state-files.ts';

/**
 * Makes the device key when there is none, spends the code and keeps the result. Errors: 'enrolment-invalid' (the code),
 * 'conflict' (this state folder belongs to another instance already), 'network', 'storage-failed'.
 */
export async function enrol(stateDir: string, url: string, code: string): Promise<Enrolment> {
  const existing = await loadEnrolment(stateDir);
  const signer = await loadDeviceKey(stateDir);
  const api = createSignalingApi(url, signer);
  const { issuer } = await api.config();
  if (existing !== undefined && existing.issuer !== issuer)
    throw new AppError('conflict', `${stateDir} is enrolled with another instance`);
  const answer = await api.enrol(issuer, code);
  if (answer.issuer !== issuer) throw new AppError('network', 'the server names two issuers');
  const enrolment: Enrolment = { issuer, workspace: answer.workspace, url };
  await saveEnrolment(stateDir, enrolment);
  return enrolment;
}
